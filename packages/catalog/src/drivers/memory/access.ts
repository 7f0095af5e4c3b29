import {
  type AccessCatalog,
  type ApiKeyPatch,
  type ApiKeyRecord,
  type AuditQuery,
  type AuditRecord,
  type GrantUse,
  type KeyReplacement,
  type Quota,
  subjectsOf,
  type Usage,
} from '../../access-catalog.ts'
import { findExcess } from '../../find-excess.ts'
import { formatCursor, parseCursor } from '../../page-cursor.ts'
import type { PhotoRecord } from '../../photo-catalog.ts'

/** How often a grant was used, and whether it was revoked. */
interface GrantState {
  readonly used: number
  readonly isRevoked: boolean
  readonly expiresAt: string
}

/** Runs work of an open catalog. */
type Run = <Result>(work: () => Result) => Promise<Result>

/** What is known of access, in memory: the port, and what the photos' writes need of it. */
export function createMemoryAccess(run: Run) {
  const keys = new Map<string, ApiKeyRecord>()
  const grants = new Map<string, GrantState>()
  const usage = new Map<string, Usage>()
  let entries: { readonly seq: number; readonly entry: AuditRecord }[] = []
  let lastSeq = 0

  const find = (subject: string): Usage => usage.get(subject) ?? { photos: 0, bytes: 0 }
  const record = (entry: AuditRecord | undefined): void => {
    if (entry === undefined) return
    lastSeq += 1
    entries.push({ seq: lastSeq, entry: structuredClone(entry) })
  }
  const change = (id: string, patch: ApiKeyPatch): ApiKeyRecord | undefined => {
    const key = keys.get(id)
    if (key === undefined) return undefined
    const given = Object.entries(patch).filter(([, value]) => value !== undefined)
    const changed = { ...key, ...Object.fromEntries(given) }
    keys.set(id, changed)
    return structuredClone(changed)
  }
  const end = ({ id, expiresAt }: KeyReplacement, at: string): boolean => {
    const key = keys.get(id)
    if (key === undefined || key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= at))
      return false
    const isEarlier = key.expiresAt !== null && key.expiresAt < expiresAt
    if (!isEarlier) keys.set(id, { ...key, expiresAt })
    return true
  }
  const setGrant = (id: string, expiresAt: string, changed: Partial<GrantState>) =>
    grants.set(id, { used: 0, isRevoked: false, expiresAt, ...grants.get(id), ...changed })

  const catalog: AccessCatalog = {
    findKey: (id) => run(() => structuredClone(keys.get(id))),
    listKeys: () => run(() => structuredClone([...keys.values()].sort(newestFirst))),
    findUsage: (subject) => run(() => ({ ...find(subject) })),
    isTokenRevoked: (id) => run(() => grants.get(id)?.isRevoked ?? false),
    listAudit: (query) => run(() => listEntries(entries, query)),
    insertKey: (key, { replacing, audit } = {}) =>
      run(() => {
        if (keys.has(key.id)) return 'id-taken'
        if (replacing !== undefined && !end(replacing, key.createdAt)) return 'replaced-has-ended'
        keys.set(key.id, structuredClone(key))
        record(audit)
        return 'inserted'
      }),
    changeKey: (id, patch, options) =>
      run(() => {
        const changed = change(id, patch)
        if (changed !== undefined) record(options?.audit)
        return changed
      }),
    revokeToken: ({ id, expiresAt }, options) =>
      run(() => {
        setGrant(id, expiresAt, { isRevoked: true })
        record(options?.audit)
      }),
    setQuota: ({ subject, maxPhotos, maxBytes }, options) =>
      run(() => {
        const { photos, bytes } = find(subject)
        const limits = {
          ...(maxPhotos !== undefined && { maxPhotos }),
          ...(maxBytes !== undefined && { maxBytes }),
        }
        usage.set(subject, { photos, bytes, ...limits })
        record(options?.audit)
      }),
    recordAudit: (entry) => run(() => record(entry)),
    forgetAccess: ({ auditBefore, expiredBefore }) =>
      run(() => {
        entries = entries.filter(({ entry }) => entry.at >= auditBefore)
        for (const [id, grant] of grants) if (grant.expiresAt < expiredBefore) grants.delete(id)
      }),
  }

  return {
    catalog,
    record,
    isUsable({ id, uses }: GrantUse): boolean {
      const grant = grants.get(id)
      return grant === undefined || (!grant.isRevoked && grant.used < uses)
    },
    use: ({ id, expiresAt }: GrantUse) => setGrant(id, expiresAt, { used: (grants.get(id)?.used ?? 0) + 1 }),
    findExcess: (photo: PhotoRecord, quotas: readonly Quota[]) => findExcess(photo, { quotas, find }),
    count(photo: PhotoRecord, direction: 1 | -1): void {
      for (const subject of subjectsOf(photo)) {
        const used = find(subject)
        const bytes = used.bytes + direction * photo.byteSize
        usage.set(subject, { ...used, photos: used.photos + direction, bytes })
      }
    },
  }
}

function listEntries(
  entries: readonly { readonly seq: number; readonly entry: AuditRecord }[],
  { limit, cursor, actor, target }: AuditQuery,
) {
  const before = cursor === undefined ? Number.POSITIVE_INFINITY : parseCursor(cursor)
  const matching = entries.filter(
    ({ seq, entry }) =>
      seq < before &&
      (actor === undefined || entry.actor === actor) &&
      (target === undefined || entry.target === target),
  )
  const page = matching.toReversed().slice(0, limit)
  const last = page.at(-1)
  const found = page.map(({ entry }) => structuredClone(entry))
  return matching.length > limit && last !== undefined
    ? { entries: found, nextCursor: formatCursor(last.seq) }
    : { entries: found }
}

function newestFirst(one: ApiKeyRecord, other: ApiKeyRecord): number {
  if (one.createdAt !== other.createdAt) return one.createdAt > other.createdAt ? -1 : 1
  return one.id < other.id ? -1 : 1
}
