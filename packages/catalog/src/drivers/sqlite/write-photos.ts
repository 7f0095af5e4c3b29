import type { DatabaseSync } from 'node:sqlite'
import type { PhotoId } from '@tintype/contract'
import { applyPatch } from '../../apply-patch.ts'
import type {
  DeletedPhoto,
  IdempotencyKey,
  InsertOutcome,
  PhotoPatch,
  PhotoRecord,
} from '../../photo-catalog.ts'
import { insertPhoto, toPhotoParameters, toTextParameters } from './photo-rows.ts'
import { type PreparedReads, prepareKeyLookup } from './read-photos.ts'
import type { PreparedRenditions } from './renditions.ts'

/**
 * The writing half of the catalog, synchronous: every function runs inside a transaction that holds the write
 * lock, so that what it reads stays true until COMMIT.
 */
export function prepareWrites(
  database: DatabaseSync,
  { reads, renditions }: { reads: PreparedReads; renditions: PreparedRenditions },
) {
  const findByKey = prepareKeyLookup(database)
  const inserting = database.prepare(insertPhoto)
  const tagging = database.prepare('INSERT OR IGNORE INTO photo_tags (tag, seq) VALUES (?, ?)')
  const untagging = database.prepare('DELETE FROM photo_tags WHERE seq = ?')
  const keying = database.prepare(
    'INSERT INTO idempotency_keys (owner, key, seq, created_at) VALUES (?, ?, ?, ?)',
  )
  const changing = database.prepare(
    'UPDATE photos SET title = :title, alt = :alt, tags = :tags, search_text = :searchText WHERE seq = :seq',
  )
  const picturing = database.prepare('UPDATE photos SET placeholder = ? WHERE id = ?')
  const deleting = database.prepare('DELETE FROM photos WHERE seq = ?')
  // Not zeros: SQLite does not write what is the same already.
  const probing = database.prepare('UPDATE probe SET ballast = randomblob(65536)')
  const forgetting = database.prepare('DELETE FROM idempotency_keys WHERE created_at < ?')

  return {
    insert(photo: PhotoRecord, idempotency: IdempotencyKey | undefined): InsertOutcome {
      const keyed = idempotency && findByKey(idempotency)
      if (keyed !== undefined) return { status: 'key-taken', photo: keyed.photo }
      const seq = inserting.get(toPhotoParameters(photo))?.seq
      if (typeof seq !== 'number') return { status: 'id-taken' }
      for (const tag of photo.tags) tagging.run(tag, seq)
      if (idempotency) keying.run(idempotency.owner, idempotency.key, seq, photo.createdAt)
      return { status: 'inserted' }
    },

    update(id: PhotoId, patch: PhotoPatch): PhotoRecord | undefined {
      const stored = reads.byId(id)
      if (stored === undefined) return undefined
      const { seq } = stored
      const photo = applyPatch(stored.photo, patch)
      changing.run({ ...toTextParameters(photo), seq })
      if (patch.tags !== undefined) {
        untagging.run(seq)
        for (const tag of photo.tags) tagging.run(tag, seq)
      }
      return photo
    },

    setPlaceholder(id: PhotoId, placeholder: string): void {
      picturing.run(placeholder, id)
    },

    delete(id: PhotoId): DeletedPhoto | undefined {
      const stored = reads.byId(id)
      if (stored === undefined) return undefined
      const removed = { photo: stored.photo, renditions: renditions.list(id) }
      deleting.run(stored.seq)
      return removed
    },

    forgetIdempotencyKeys(before: string): void {
      forgetting.run(before)
    },

    probe(): void {
      probing.run()
    },
  }
}
