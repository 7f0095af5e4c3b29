import type { AuditRecord, ChangeOptions } from '@tintype/catalog'
import type { Actor } from '@tintype/contract'
import { newPhotoId } from './photo-id.ts'

/** A change of a photo, for the audit log. */
type Change = Pick<AuditRecord, 'action' | 'target' | 'owner'> & Partial<Pick<AuditRecord, 'details'>>

/** What is recorded with a change: nothing if the actor has no name. */
export function auditChange({ audit }: Actor, change: Change, nowMs: number): ChangeOptions {
  if (audit === undefined) return {}
  const { actor, requestId } = audit
  const at = new Date(nowMs).toISOString()
  const entry = {
    id: newPhotoId(nowMs),
    at,
    actor,
    requestId,
    outcome: 'done',
    details: {},
    ...change,
  } as const
  return { audit: entry }
}
