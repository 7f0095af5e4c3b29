import { fencedMessage, fencedState } from '../../../moving/library-fenced.ts'
import type { ColumnKind, MovedTable } from '../../../moving/moved-tables.ts'

/** The type in which a value travels. */
const carriers: Readonly<Record<ColumnKind, string>> = {
  text: 'text',
  integer: 'bigint',
  boolean: 'integer',
  uuid: 'text',
  digest: 'text',
  time: 'text',
  texts: 'text',
}

/** The value of a column, as it travels. */
function readValue(column: string, kind: ColumnKind): string {
  switch (kind) {
    case 'boolean':
      return `r.${column}::integer`
    case 'uuid':
      return `r.${column}::text`
    case 'digest':
      return `encode(r.${column}, 'hex')`
    case 'time':
      return `to_char(r.${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24":"MI":"SS.MS"Z"')`
    case 'texts':
      return `array_to_json(r.${column})::text`
    default:
      return `r.${column}`
  }
}

/** A value that travelled, as the column stores it. */
function writeValue(column: string, kind: ColumnKind): string {
  switch (kind) {
    case 'boolean':
      return `g.${column} <> 0`
    case 'uuid':
      return `g.${column}::uuid`
    case 'digest':
      return `decode(g.${column}, 'hex')`
    case 'time':
      return `g.${column}::timestamptz`
    case 'texts':
      return `ARRAY(SELECT json_array_elements_text(g.${column}::json))`
    default:
      return `g.${column}`
  }
}

/** SQL of the statements that copy a table's rows. Rows and keys are given as one JSON array each. */
export function rowSql({ name, columns, key, isOfPhoto = false }: MovedTable) {
  const kinds = Object.entries(columns)
  const table = `tintype.${name}`
  const read = kinds.map(([column, kind]) => `${readValue(column, kind)} AS ${column}`).join(', ')
  const carried = kinds.map(([column, kind]) => `${column} ${carriers[kind]}`).join(', ')
  const carriedKey = key.map((column) => `${column} ${carriers[columns[column] ?? 'text']}`).join(', ')
  const ofKey = (alias: string) => key.map((column) => `${alias}.${column}`).join(', ')
  const isSame = key
    .map((column) => `r.${column} = ${writeValue(column, columns[column] ?? 'text')}`)
    .join(' AND ')
  const givenKeys = `json_to_recordset(:keys::json) AS g(${carriedKey})`
  const others = kinds.filter(([column]) => !key.includes(column))
  const changes = others.map(([column]) => `${column} = excluded.${column}`).join(', ')
  const after = key.map((column, at) => `:after${at}::${carriers[columns[column] ?? 'text']}`).join(', ')
  const hasPhoto = isOfPhoto ? 'WHERE EXISTS (SELECT FROM tintype.photos AS p WHERE p.seq = g.seq)' : ''
  return {
    firstPage: `SELECT ${read} FROM ${table} AS r ORDER BY ${ofKey('r')} LIMIT :limit`,
    nextPage: `SELECT ${read} FROM ${table} AS r WHERE (${ofKey('r')}) > (${after}) ORDER BY ${ofKey('r')} LIMIT :limit`,
    find: `SELECT ${read} FROM ${givenKeys} JOIN ${table} AS r ON ${isSame}`,
    write: `INSERT INTO ${table} (${kinds.map(([column]) => column).join(', ')})
      SELECT ${kinds.map(([column, kind]) => writeValue(column, kind)).join(', ')}
      FROM json_to_recordset(:rows::json) AS g(${carried}) ${hasPhoto}
      ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${changes}`,
    remove: `DELETE FROM ${table} AS r USING ${givenKeys} WHERE ${isSame}`,
    count: `SELECT count(*) AS count FROM ${table}`,
  }
}

/** The first half of the advisory lock that fence and triggers share: 'MOVE' in ASCII. */
export const fenceLock = 0x4d4f5645

/** SQL of the triggers that note a table's changes, and refuse them unless the library is live. */
export function triggerSql({ name, key }: MovedTable, schema: string) {
  const keyOf = (row: 'OLD' | 'NEW') =>
    `json_build_array(${key.map((column) => `${row}.${column}`).join(', ')})::text`
  const note = (row: 'OLD' | 'NEW') =>
    `INSERT INTO tintype.move_changes (table_name, key) VALUES ('${name}', ${keyOf(row)});`
  return {
    create: [
      `CREATE OR REPLACE FUNCTION tintype.note_${name}() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock_shared(${fenceLock}, hashtext('${schema}'));
        IF (SELECT state FROM tintype.library) <> 'live' THEN
          RAISE EXCEPTION USING ERRCODE = '${fencedState}', MESSAGE = '${fencedMessage}';
        END IF;
        IF TG_OP <> 'INSERT' THEN ${note('OLD')} END IF;
        IF TG_OP <> 'DELETE' THEN ${note('NEW')} END IF;
        RETURN NULL;
      END $$`,
      `CREATE OR REPLACE TRIGGER move_${name} AFTER INSERT OR UPDATE OR DELETE ON tintype.${name}
        FOR EACH ROW EXECUTE FUNCTION tintype.note_${name}()`,
    ],
    drop: [
      `DROP TRIGGER IF EXISTS move_${name} ON tintype.${name}`,
      `DROP FUNCTION IF EXISTS tintype.note_${name}()`,
    ],
  }
}
