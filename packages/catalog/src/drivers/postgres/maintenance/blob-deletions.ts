import type { BlobDeletion } from '../../../blob-deletion.ts'
import type { PhotoCatalog } from '../../../photo-catalog.ts'
import type { Database, Session } from '../database.ts'

const noting = `INSERT INTO tintype.blob_deletions (photo_id, format) VALUES (:photoId, :format)
  ON CONFLICT (photo_id) DO UPDATE SET deleted_at = now()`

const listing = `SELECT photo_id AS "photoId", format FROM tintype.blob_deletions
  WHERE deleted_at <= now() - :minAgeMs::double precision * interval '1 ms'
  ORDER BY deleted_at, photo_id LIMIT :limit`

/** Notes that a photo's files are to be removed, in the transaction that deletes it. */
export async function noteBlobDeletion(session: Session, { photoId, format }: BlobDeletion): Promise<void> {
  await session.query(noting, { photoId, format })
}

/** The methods of the catalog about files to be removed. */
export function createBlobDeletions(
  database: Database,
): Pick<PhotoCatalog, 'listBlobDeletions' | 'endBlobDeletion'> {
  return {
    listBlobDeletions: (query) =>
      database.repeat((session) => session.query<BlobDeletion>(listing, { ...query })),
    async endBlobDeletion(id) {
      const sql = 'DELETE FROM tintype.blob_deletions WHERE photo_id = :id'
      await database.repeat((session) => session.query(sql, { id }))
    },
  }
}
