import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { AccessReader, AuditQuery, AuditRecord } from '../../../access-catalog.ts'
import { formatCursor, parseCursor } from '../../../page-cursor.ts'

const columns = 'seq, id, at, request_id AS requestId, actor, action, target, owner, outcome, details'

/** The audit log; synchronous. `record` and `forget` run inside a transaction. */
export function prepareAudit(database: DatabaseSync) {
  const recording = database.prepare(
    `INSERT INTO audit (id, at, request_id, actor, action, target, owner, outcome, details)
     VALUES (:id, :at, :requestId, :actor, :action, :target, :owner, :outcome, :details)`,
  )
  const forgetting = database.prepare('DELETE FROM audit WHERE at < ?')
  const lists = new Map<string, StatementSync>()

  function prepareList(condition: string): StatementSync {
    const sql = `SELECT ${columns} FROM audit WHERE ${condition} AND seq < :before ORDER BY seq DESC LIMIT :limit`
    const statement = lists.get(sql) ?? database.prepare(sql)
    lists.set(sql, statement)
    return statement
  }

  return {
    record(entry: AuditRecord | undefined): void {
      if (entry === undefined) return
      const { id, at, requestId, actor, action, target, owner, outcome, details } = entry
      const text = JSON.stringify(details)
      recording.run({ id, at, requestId, actor, action, target, owner, outcome, details: text })
    },
    forget(before: string): void {
      forgetting.run(before)
    },
    list({ limit, cursor, actor, target }: AuditQuery): Awaited<ReturnType<AccessReader['listAudit']>> {
      const given = { ...(actor !== undefined && { actor }), ...(target !== undefined && { target }) }
      const conditions = Object.keys(given).map((name) => `${name} = :${name}`)
      const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : parseCursor(cursor)
      const statement = prepareList(['TRUE', ...conditions].join(' AND '))
      const rows = statement.all({ ...given, before, limit: limit + 1 })
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      const entries = page.map(toAuditRecord)
      return rows.length > limit && last !== undefined
        ? { entries, nextCursor: formatCursor(Number(last.seq)) }
        : { entries }
    },
  }
}

function toAuditRecord({ seq: _, details, ...row }: Record<string, unknown>): AuditRecord {
  const parsed = JSON.parse(`${details}`) as AuditRecord['details']
  return { ...(row as unknown as Omit<AuditRecord, 'details'>), details: parsed }
}
