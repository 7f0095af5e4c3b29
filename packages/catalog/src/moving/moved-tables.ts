/**
 * How a column's values are stored. They travel as texts and numbers: `uuid`, `digest` (hexadecimal) and `time` (ISO 8601) as
 * text, `texts` as a JSON array, `boolean` as 0 or 1.
 */
export type ColumnKind = 'text' | 'integer' | 'boolean' | 'uuid' | 'digest' | 'time' | 'texts'

/** A table whose rows a move copies. Both engines have it, with the same columns. */
export interface MovedTable {
  readonly name: MovedTableName
  readonly columns: Readonly<Record<string, ColumnKind>>
  /** Names of the columns of the primary key, in its order. */
  readonly key: readonly string[]
  /** Whether `seq` names a photo, with which the row is deleted. */
  readonly isOfPhoto?: boolean
  /** Whether the table counts its own insertions, in `seq`. */
  readonly isNumbered?: boolean
}

/** The tables that are copied, photos before what belongs to them. */
export const movedTables: readonly MovedTable[] = [
  {
    name: 'photos',
    key: ['seq'],
    isNumbered: true,
    columns: {
      seq: 'integer',
      id: 'uuid',
      format: 'text',
      byte_size: 'integer',
      sha256: 'digest',
      width: 'integer',
      height: 'integer',
      thumbnail_width: 'integer',
      thumbnail_height: 'integer',
      placeholder: 'text',
      filename: 'text',
      title: 'text',
      alt: 'text',
      tags: 'texts',
      created_at: 'time',
      taken_at: 'text',
      owner: 'text',
      visibility: 'text',
      metadata: 'text',
      uploaded_by: 'text',
      search_text: 'text',
    },
  },
  {
    name: 'renditions',
    key: ['seq', 'name', 'format'],
    isOfPhoto: true,
    columns: {
      seq: 'integer',
      name: 'text',
      format: 'text',
      width: 'integer',
      height: 'integer',
      byte_size: 'integer',
      sha256: 'digest',
    },
  },
  {
    name: 'idempotency_keys',
    key: ['owner', 'key'],
    isOfPhoto: true,
    columns: { owner: 'text', key: 'text', seq: 'integer', created_at: 'time' },
  },
  {
    name: 'api_keys',
    key: ['id'],
    columns: {
      id: 'text',
      hash: 'text',
      name: 'text',
      scopes: 'text',
      owner: 'text',
      limits: 'text',
      created_at: 'text',
      created_by: 'text',
      expires_at: 'text',
      revoked_at: 'text',
      last_used_at: 'text',
      counted_as: 'text',
    },
  },
  {
    name: 'upload_grants',
    key: ['id'],
    columns: { id: 'text', used: 'integer', revoked: 'boolean', expires_at: 'text' },
  },
  {
    name: 'usage',
    key: ['subject'],
    columns: {
      subject: 'text',
      photos: 'integer',
      bytes: 'integer',
      max_photos: 'integer',
      max_bytes: 'integer',
    },
  },
  {
    name: 'audit',
    key: ['seq'],
    isNumbered: true,
    columns: {
      seq: 'integer',
      id: 'text',
      at: 'text',
      request_id: 'text',
      actor: 'text',
      action: 'text',
      target: 'text',
      owner: 'text',
      outcome: 'text',
      details: 'text',
    },
  },
]

/** Names of the tables that are copied. */
export type MovedTableName =
  | 'photos'
  | 'renditions'
  | 'idempotency_keys'
  | 'api_keys'
  | 'upload_grants'
  | 'usage'
  | 'audit'

/** The tables that are not copied, and why. Only one of the engines may have them. */
export const leftTables: Readonly<Record<string, string>> = {
  photo_tags: 'made from the photos',
  photo_search: 'made from the photos',
  photo_search_data: 'belongs to photo_search',
  photo_search_idx: 'belongs to photo_search',
  photo_search_config: 'belongs to photo_search',
  sqlite_stat1: 'belongs to the engine',
  sqlite_sequence: 'raised to the source’s numbers',
  probe: 'has no content',
  schema_migrations: 'belongs to the engine',
  blob_deletions:
    'is about files of the source’s store, which its servers remove; a sweep finds what they leave',
  events: 'is about changes in the source; clients that follow them list again',
  leases: 'belongs to the servers that run',
  library: 'the move itself changes it',
  move_changes: 'belongs to the move',
}

/** Of a table in the list. */
export function movedTable(name: MovedTableName): MovedTable {
  const table = movedTables.find((one) => one.name === name)
  if (table) return table
  throw new Error(`${name} is not in the list of tables`)
}

/** The columns of `photo_tags`, which is made from the photos after they are written. */
export const tagColumns: readonly string[] = ['owner', 'seq', 'tag', 'taken_key']
