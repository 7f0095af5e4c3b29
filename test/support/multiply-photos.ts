import { linkSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * Multiplies the photos in a data directory until there are so many, one every two hours. Each copy has files of its own, which
 * are links. The server must not run.
 */
export function multiplyPhotos(dataDirectory: string, count: number): void {
  using database = new DatabaseSync(join(dataDirectory, 'tintype.db'))
  const columns = database
    .prepare("SELECT name FROM pragma_table_info('photos') WHERE name NOT IN ('seq', 'id', 'created_at')")
    .all()
    .map(({ name }) => String(name))
  const { known } = database.prepare('SELECT count(*) AS known FROM photos').get() as { known: number }
  const ids = database
    .prepare(`
      WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count - known})
      INSERT INTO photos (id, created_at, ${columns.join(', ')})
      SELECT substr(id, 1, 24) || printf('%012x', n),
        strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || (2 * (${count} - n)) || ' hours'), ${columns.join(', ')}
      FROM numbers JOIN (SELECT *, row_number() OVER () - 1 AS at FROM photos) ON at = n * 7 % ${known}
      ORDER BY n RETURNING id`)
    .all()
    .map(({ id }) => String(id))
  for (const kind of ['originals', 'renditions']) linkCopies(join(dataDirectory, 'media', kind), ids)
}

/** Links each copy's files to those of the photo whose id begins with the same 24 characters. */
function linkCopies(directory: string, ids: readonly string[]): void {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  const suffixes = Map.groupBy(
    files.filter((file) => file.includes('.')),
    (file) => file.split('/')[1]?.slice(0, 24) ?? '',
  )
  for (const id of ids)
    for (const file of suffixes.get(id.slice(0, 24)) ?? []) {
      const [folder = '', name = ''] = file.split('/')
      linkSync(join(directory, file), join(directory, folder, id + name.slice(36)))
    }
}
