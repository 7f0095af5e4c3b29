import { fencedMessage } from '../../../moving/library-fenced.ts'
import type { MovedTable } from '../../../moving/moved-tables.ts'

const marks = (names: readonly string[]) => names.map(() => '?').join(', ')

/** SQL of the statements that copy a table's rows. SQLite stores them in the form in which they travel. */
export function rowSql({ name, columns, key, isOfPhoto = false }: MovedTable) {
  const names = Object.keys(columns)
  const all = names.join(', ')
  const keys = key.join(', ')
  const others = names.filter((column) => !key.includes(column))
  const changes = others.map((column) => `${column} = excluded.${column}`).join(', ')
  const hasPhoto = isOfPhoto ? 'EXISTS (SELECT 1 FROM photos AS p WHERE p.seq = r.seq)' : 'TRUE'
  return {
    firstPage: `SELECT ${all} FROM ${name} ORDER BY ${keys} LIMIT ?`,
    nextPage: `SELECT ${all} FROM ${name} WHERE (${keys}) > (${marks(key)}) ORDER BY ${keys} LIMIT ?`,
    find: `SELECT ${all} FROM ${name} WHERE (${keys}) = (${marks(key)})`,
    write: `INSERT INTO ${name} (${all})
      SELECT ${all} FROM (SELECT ${names.map((column) => `? AS ${column}`).join(', ')}) AS r WHERE ${hasPhoto}
      ON CONFLICT (${keys}) DO UPDATE SET ${changes}`,
    remove: `DELETE FROM ${name} WHERE (${keys}) = (${marks(key)})`,
    count: `SELECT count(*) AS count FROM ${name}`,
  }
}

const events = ['INSERT', 'UPDATE', 'DELETE'] as const

/** SQL of the triggers that note a table's changes, and refuse them unless the library is live. */
export function triggerSql({ name, key }: MovedTable) {
  const noteOf = (row: 'old' | 'new') =>
    `INSERT INTO move_changes (table_name, key) VALUES ('${name}', json_array(${key.map((column) => `${row}.${column}`).join(', ')}));`
  const triggers = events.map((event) => ({ trigger: `move_${name}_${event.toLowerCase()}`, event }))
  return {
    create: triggers.map(
      ({ trigger, event }) => `CREATE TRIGGER IF NOT EXISTS ${trigger} AFTER ${event} ON ${name} BEGIN
        SELECT RAISE(ABORT, '${fencedMessage}') FROM library WHERE state <> 'live';
        ${event === 'INSERT' ? '' : noteOf('old')}
        ${event === 'DELETE' ? '' : noteOf('new')}
      END`,
    ),
    drop: triggers.map(({ trigger }) => `DROP TRIGGER IF EXISTS ${trigger}`),
  }
}
