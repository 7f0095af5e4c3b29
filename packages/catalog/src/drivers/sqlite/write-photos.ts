import type { DatabaseSync } from 'node:sqlite'
import type { PhotoId } from '@tintype/contract'
import { applyPatch } from '../../apply-patch.ts'
import type { InsertOutcome } from '../../insert-outcome.ts'
import { takenKeyOf } from '../../list-position.ts'
import type {
  ChangeOptions,
  DeletedPhoto,
  InsertOptions,
  PhotoPatch,
  PhotoRecord,
} from '../../photo-catalog.ts'
import { prepareAudit } from './access/audit.ts'
import { prepareGrants } from './access/grants.ts'
import { prepareUsage } from './access/usage.ts'
import { prepareDeletionNotes } from './blob-deletions.ts'
import { prepareEvents } from './events/events.ts'
import { insertPhoto, toChangeableParameters, toPhotoParameters } from './photo-rows.ts'
import { type PreparedReads, prepareKeyLookup } from './read-photos.ts'
import type { PreparedRenditions } from './renditions.ts'
import { prepareTagChange } from './tags/change-tags.ts'

/**
 * Prepares the synchronous writes of the catalog. Every function runs inside a transaction that holds the write lock, so
 * that nothing it reads changes before COMMIT.
 */
export function prepareWrites(
  database: DatabaseSync,
  { reads, renditions }: { reads: PreparedReads; renditions: PreparedRenditions },
) {
  const findByKey = prepareKeyLookup(database)
  const inserting = database.prepare(insertPhoto)
  const tagging = database.prepare(
    'INSERT OR IGNORE INTO photo_tags (tag, seq, owner, taken_key) VALUES (?, ?, ?, ?)',
  )
  const untagging = database.prepare('DELETE FROM photo_tags WHERE seq = ?')
  const keying = database.prepare(
    'INSERT INTO idempotency_keys (owner, key, seq, created_at) VALUES (?, ?, ?, ?)',
  )
  const changing = database.prepare(
    `UPDATE photos SET title = :title, alt = :alt, tags = :tags, visibility = :visibility, metadata = :metadata,
       search_text = :searchText
     WHERE seq = :seq`,
  )
  const unkeying = database.prepare('DELETE FROM idempotency_keys WHERE seq = ?')
  const moving = database.prepare('UPDATE photos SET owner = ? WHERE seq = ?')
  const movingTags = database.prepare('UPDATE photo_tags SET owner = ? WHERE seq = ?')
  const picturing = database.prepare('UPDATE photos SET placeholder = ? WHERE id = ?')
  const deleting = database.prepare('DELETE FROM photos WHERE seq = ?')
  // Random bytes, because SQLite does not write a value that is the same already.
  const probing = database.prepare('UPDATE probe SET ballast = randomblob(65536)')
  const forgetting = database.prepare('DELETE FROM idempotency_keys WHERE created_at < ?')
  const deletions = prepareDeletionNotes(database)
  const audit = prepareAudit(database)
  const grants = prepareGrants(database)
  const usage = prepareUsage(database)
  const events = prepareEvents(database)

  return {
    insert(photo: PhotoRecord, options: InsertOptions = {}): InsertOutcome {
      const { idempotency, grant, quotas = [], rendition } = options
      const keyed = idempotency && findByKey(idempotency)
      if (keyed !== undefined) return { status: 'key-taken', photo: keyed.photo }
      if (grant !== undefined && !grants.isUsable(grant)) return { status: 'grant-used-up' }
      const excess = usage.findExcess(photo, quotas)
      if (excess !== undefined) return { status: 'quota-exceeded', excess }
      const seq = inserting.get(toPhotoParameters(photo))?.seq
      if (typeof seq !== 'number') return { status: 'id-taken' }
      for (const tag of photo.tags) tagging.run(tag, seq, photo.owner, takenKeyOf(photo))
      if (grant !== undefined) grants.use(grant)
      usage.count(photo, 1)
      events.record(undefined, photo)
      if (idempotency) keying.run(idempotency.owner, idempotency.key, seq, photo.createdAt)
      if (rendition) renditions.put(rendition)
      return { status: 'inserted' }
    },

    update(id: PhotoId, patch: PhotoPatch, options: ChangeOptions = {}): PhotoRecord | undefined {
      const stored = reads.byId(id)
      if (stored === undefined) return undefined
      const { seq } = stored
      const photo = applyPatch(stored.photo, patch)
      changing.run({ ...toChangeableParameters(photo), seq })
      if (patch.tags !== undefined) {
        untagging.run(seq)
        for (const tag of photo.tags) tagging.run(tag, seq, photo.owner, takenKeyOf(photo))
      }
      events.record(stored.photo, photo)
      audit.record(options.audit)
      return photo
    },

    changeTags: prepareTagChange(database, reads),

    move(id: PhotoId, owner: string | null, options: ChangeOptions = {}): PhotoRecord | undefined {
      const stored = reads.byId(id)
      if (stored === undefined) return undefined
      const photo = { ...stored.photo, owner }
      moving.run(owner, stored.seq)
      movingTags.run(owner, stored.seq)
      unkeying.run(stored.seq)
      usage.count({ ...stored.photo, uploadedBy: null }, -1)
      usage.count({ ...photo, uploadedBy: null }, 1)
      events.record(stored.photo, photo)
      audit.record(options.audit)
      return photo
    },

    setPlaceholder(id: PhotoId, placeholder: string): void {
      const stored = reads.byId(id)
      if (stored === undefined) return
      picturing.run(placeholder, id)
      events.record(stored.photo, { ...stored.photo, placeholder })
    },

    delete(id: PhotoId, options: ChangeOptions = {}): DeletedPhoto | undefined {
      const stored = reads.byId(id)
      if (stored === undefined) return undefined
      const removed = { photo: stored.photo, renditions: renditions.list(id) }
      deleting.run(stored.seq)
      deletions.note({ photoId: id, format: stored.photo.format })
      usage.count(stored.photo, -1)
      events.record(stored.photo, undefined)
      audit.record(options.audit)
      return removed
    },

    endBlobDeletion: deletions.end,
    forgetEvents: events.forget,

    forgetIdempotencyKeys(before: string): void {
      forgetting.run(before)
    },

    probe(): void {
      probing.run()
    },
  }
}
