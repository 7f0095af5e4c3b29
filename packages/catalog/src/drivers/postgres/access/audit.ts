import type { AccessReader, AuditQuery, AuditRecord } from '../../../access-catalog.ts'
import { formatCursor, parseCursor } from '../../../page-cursor.ts'
import type { Session } from '../database.ts'

interface AuditRow extends Omit<AuditRecord, 'details'> {
  readonly seq: number
  /** JSON. */
  readonly details: string
}

const recording = `
  INSERT INTO tintype.audit (id, at, request_id, actor, action, target, owner, outcome, details)
  VALUES (:id, :at, :requestId, :actor, :action, :target, :owner, :outcome, :details)`

/** Records an entry in the session's transaction. */
export async function recordAudit(session: Session, entry: AuditRecord | undefined): Promise<void> {
  if (entry !== undefined)
    await session.query(recording, { ...entry, details: JSON.stringify(entry.details) })
}

/** A page of the log, newest first. @throws INVALID_REQUEST for a cursor of another catalog */
export async function listAudit(
  session: Session,
  { limit, cursor, actor, target }: AuditQuery,
): ReturnType<AccessReader['listAudit']> {
  const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : parseCursor(cursor)
  const conditions = [
    'seq < :before',
    ...(actor === undefined ? [] : ['actor = :actor']),
    ...(target === undefined ? [] : ['target = :target']),
  ]
  const sql = `SELECT seq, id, at, request_id AS "requestId", actor, action, target, owner, outcome, details
    FROM tintype.audit WHERE ${conditions.join(' AND ')} ORDER BY seq DESC LIMIT :limit`
  const rows = await session.query<AuditRow>(sql, { before, actor, target, limit: limit + 1 })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const entries = page.map(toAuditRecord)
  return rows.length > limit && last !== undefined
    ? { entries, nextCursor: formatCursor(last.seq) }
    : { entries }
}

function toAuditRecord({ seq: _, details, ...row }: AuditRow): AuditRecord {
  return { ...row, details: JSON.parse(details) as AuditRecord['details'] }
}
