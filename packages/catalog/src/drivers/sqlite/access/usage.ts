import type { DatabaseSync } from 'node:sqlite'
import { type Quota, type QuotaExcess, subjectsOf, type Usage } from '../../../access-catalog.ts'
import { findExcess } from '../../../find-excess.ts'
import type { PhotoRecord } from '../../../photo-catalog.ts'

/** What owners and credentials have; synchronous. Everything but `find` runs inside a transaction. */
export function prepareUsage(database: DatabaseSync) {
  const finding = database.prepare('SELECT photos, bytes, max_photos, max_bytes FROM usage WHERE subject = ?')
  const adding = database.prepare(
    `INSERT INTO usage (subject, photos, bytes) VALUES (:subject, :photos, :bytes)
     ON CONFLICT (subject) DO UPDATE SET photos = photos + :photos, bytes = bytes + :bytes`,
  )
  const limiting = database.prepare(
    `INSERT INTO usage (subject, max_photos, max_bytes) VALUES (:subject, :maxPhotos, :maxBytes)
     ON CONFLICT (subject) DO UPDATE SET max_photos = :maxPhotos, max_bytes = :maxBytes`,
  )

  function find(subject: string): Usage {
    const row = finding.get(subject)
    if (row === undefined) return { photos: 0, bytes: 0 }
    return {
      photos: Number(row.photos),
      bytes: Number(row.bytes),
      ...(row.max_photos !== null && { maxPhotos: Number(row.max_photos) }),
      ...(row.max_bytes !== null && { maxBytes: Number(row.max_bytes) }),
    }
  }

  return {
    find,
    /** The first quota that one more photo of this size would exceed. */
    findExcess(photo: PhotoRecord, quotas: readonly Quota[]): QuotaExcess | undefined {
      return findExcess(photo, { quotas, find })
    },
    /** Counts a photo as its owner's and its credential's, or no longer. */
    count(photo: PhotoRecord, direction: 1 | -1): void {
      const change = { photos: direction, bytes: direction * photo.byteSize }
      for (const subject of subjectsOf(photo)) adding.run({ subject, ...change })
    },
    limit({ subject, maxPhotos, maxBytes }: Quota): void {
      limiting.run({ subject, maxPhotos: maxPhotos ?? null, maxBytes: maxBytes ?? null })
    },
  }
}
