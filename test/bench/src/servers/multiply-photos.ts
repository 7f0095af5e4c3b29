import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { uploadPhoto } from '../upload-photo.ts'
import { startTintype } from './contestants.ts'
import { settleTintype } from './settle-tintype.ts'

/**
 * Makes a data directory whose catalog has so many photos: uploads one, and multiplies its row. Their bytes are
 * missing, which a list does not notice.
 */
export async function multiplyPhotos(
  directory: string,
  {
    count,
    photo,
    title,
  }: { readonly count: number; readonly photo: Uint8Array; readonly title?: string | undefined },
): Promise<void> {
  const server = await startTintype()(directory)
  await uploadPhoto(server.port, photo, title === undefined ? {} : { title })
  await settleTintype(server.port)
  await server.stop()
  using database = new DatabaseSync(join(directory, 'tintype.db'))
  const columns = database
    .prepare("SELECT name FROM pragma_table_info('photos')")
    .all()
    .map(({ name }) => String(name))
    .filter((name) => name !== 'seq' && name !== 'id')
  database.exec(`PRAGMA synchronous = off; BEGIN;
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count - 1})
    INSERT INTO photos (id, ${columns.join(', ')})
    SELECT substr(id, 1, 24) || printf('%012x', n), ${columns.join(', ')} FROM numbers, (SELECT * FROM photos LIMIT 1);
    COMMIT; PRAGMA wal_checkpoint(TRUNCATE)`)
}
