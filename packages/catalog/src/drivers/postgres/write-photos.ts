import { isPhotoId, type PhotoId } from '@tintype/contract'
import { applyPatch } from '../../apply-patch.ts'
import { takenKeyOf } from '../../list-position.ts'
import type { CatalogWriter, PhotoRecord } from '../../photo-catalog.ts'
import { recordAudit } from './access/audit.ts'
import { countPhotos } from './access/usage.ts'
import type { Database, Session } from './database.ts'
import { recordChanges } from './events/events.ts'
import { createInsertion } from './insert-photo.ts'
import { noteBlobDeletion } from './maintenance/blob-deletions.ts'
import { findPhoto, toChangeableParameters, toPhotoRecord } from './photo-rows.ts'
import { listRenditions } from './renditions.ts'
import { changeTags } from './tags/change-tags.ts'

/** A photo whose row is locked until the transaction ends. */
interface LockedPhoto {
  readonly seq: number
  readonly photo: PhotoRecord
}

/** The methods of the catalog that write photos. */
export function createPhotoWriter(
  database: Database,
): Omit<
  CatalogWriter,
  'putRendition' | 'deleteRendition' | 'pairWithStore' | 'askForSwitch' | 'endBlobDeletion' | 'forgetEvents'
> {
  return {
    insert(photo, options = {}) {
      const insertion = createInsertion(photo, options)
      return database.settle(insertion)
    },

    update(id, patch, options = {}) {
      const { audit, ...given } = structuredClone({ ...patch, audit: options.audit })
      return database.write(async (session) => {
        const locked = await lock(session, id)
        if (locked === undefined) return undefined
        const { seq } = locked
        const photo = applyPatch(locked.photo, given)
        await session.query(changing, { ...toChangeableParameters(photo), seq })
        if (given.tags !== undefined) {
          await session.query('DELETE FROM tintype.photo_tags WHERE seq = :seq', { seq })
          await session.query(tagging, {
            seq,
            owner: photo.owner,
            tags: photo.tags,
            takenKey: takenKeyOf(photo),
          })
        }
        await recordChanges(session, [locked.photo, photo])
        await recordAudit(session, audit)
        return photo
      })
    },

    changeTags(ids, change, options = {}) {
      const own = structuredClone({ ids, change, audits: options.audits })
      return database.write((session) => changeTags(session, own.ids, own.change, own.audits))
    },

    move(id, owner, options = {}) {
      const audit = structuredClone(options.audit)
      return database.write(async (session) => {
        const locked = await lock(session, id)
        if (locked === undefined) return undefined
        const { seq } = locked
        const photo = { ...locked.photo, owner }
        await session.query('UPDATE tintype.photos SET owner = :owner WHERE seq = :seq', { seq, owner })
        await session.query('UPDATE tintype.photo_tags SET owner = :owner WHERE seq = :seq', { seq, owner })
        await session.query('DELETE FROM tintype.idempotency_keys WHERE seq = :seq', { seq })
        await countPhotos(session, [
          { ...locked.photo, uploadedBy: null, count: -1 },
          { ...photo, uploadedBy: null, count: 1 },
        ])
        await recordChanges(session, [locked.photo, photo])
        await recordAudit(session, audit)
        return photo
      })
    },

    async setPlaceholder(id, placeholder) {
      const sql = 'UPDATE tintype.photos SET placeholder = :placeholder WHERE seq = :seq'
      await database.write(async (session) => {
        const locked = await lock(session, id)
        if (locked === undefined) return
        const { seq, photo } = locked
        await session.query(sql, { seq, placeholder })
        await recordChanges(session, [photo, { ...photo, placeholder }])
      })
    },

    delete(id, options = {}) {
      const audit = structuredClone(options.audit)
      return database.write(async (session) => {
        const locked = await lock(session, id)
        if (locked === undefined) return undefined
        const { seq, photo } = locked
        // A statement of its own, after the lock: it sees renditions that were committed until then.
        const renditions = await listRenditions(session, id)
        await session.query('DELETE FROM tintype.photos WHERE seq = :seq', { seq })
        await noteBlobDeletion(session, { photoId: id, format: photo.format })
        await countPhotos(session, [{ ...photo, count: -1 }])
        await recordChanges(session, [photo, undefined])
        await recordAudit(session, audit)
        return { photo, renditions }
      })
    },

    async forgetIdempotencyKeys(before) {
      const sql = 'DELETE FROM tintype.idempotency_keys WHERE created_at < :before::timestamptz'
      await database.repeat((session) => session.query(sql, { before }))
    },

    async probe() {
      const sql = 'UPDATE tintype.probe SET written_at = clock_timestamp()'
      await database.repeat((session) => session.query(sql))
    },
  }
}

const changing = `UPDATE tintype.photos SET title = :title, alt = :alt, tags = :tags::text[], visibility = :visibility,
  metadata = :metadata, search_text = :searchText WHERE seq = :seq`

const tagging = `INSERT INTO tintype.photo_tags (tag, owner, seq, taken_key)
  SELECT DISTINCT tag, :owner::text, :seq::bigint, :takenKey::text FROM unnest(:tags::text[]) AS tag`

async function lock(session: Session, id: PhotoId): Promise<LockedPhoto | undefined> {
  if (!isPhotoId(id)) return undefined
  const row = await findPhoto(session, id, 'FOR UPDATE')
  return row && { seq: row.seq, photo: toPhotoRecord(row) }
}
