import type { DatabaseSync } from 'node:sqlite'
import type { PhotoId } from '@tintype/contract'
import type { BlobDeletion, BlobDeletionQuery } from '../../blob-deletion.ts'

/** Prepares the listing of deleted photos whose files are still to be removed. */
export function prepareBlobDeletions(database: DatabaseSync) {
  const listing = database.prepare(
    `SELECT photo_id AS photoId, format FROM blob_deletions WHERE deleted_at_ms <= ?
     ORDER BY deleted_at_ms, photo_id LIMIT ?`,
  )
  return ({ minAgeMs, limit }: BlobDeletionQuery): BlobDeletion[] =>
    listing.all(Date.now() - minAgeMs, limit).map((row) => ({ ...row }) as unknown as BlobDeletion)
}

/** Prepares the writes about them. Both run inside a transaction. */
export function prepareDeletionNotes(database: DatabaseSync) {
  const noting = database.prepare(
    'INSERT OR REPLACE INTO blob_deletions (photo_id, format, deleted_at_ms) VALUES (?, ?, ?)',
  )
  const ending = database.prepare('DELETE FROM blob_deletions WHERE photo_id = ?')
  return {
    note: ({ photoId, format }: BlobDeletion) => void noting.run(photoId, format, Date.now()),
    end: (id: PhotoId) => void ending.run(id),
  }
}
