import type { AuditRecord } from '@tintype/catalog'
import { actorOf, type Caller } from '@tintype/contract'

/** The sender of a request, and the request. */
export interface Requester {
  readonly caller: Caller
  /** For the audit log. */
  readonly requestId: string
}

/** Where the ids and times of records come from. */
export interface RecordSource {
  /** A new UUIDv7 for an entry of the audit log. */
  readonly newId: (nowMs: number) => string
  /** Unix time, milliseconds. */
  readonly now: () => number
}

/** A change, for the audit log. */
export type AccessChange = Pick<AuditRecord, 'action' | 'target' | 'owner'> &
  Partial<Pick<AuditRecord, 'details'>>

/** What is recorded with a change: nothing if its caller has no name, because the server is open. */
export function auditAccess(
  { caller, requestId }: Requester,
  change: AccessChange,
  { newId, now }: RecordSource,
): { readonly audit?: AuditRecord | undefined } {
  const { audit } = actorOf(caller, requestId)
  if (audit === undefined) return {}
  const nowMs = now()
  const at = new Date(nowMs).toISOString()
  return { audit: { id: newId(nowMs), at, ...audit, outcome: 'done', details: {}, ...change } }
}
