import type { DatabaseSync } from 'node:sqlite'
import type { PhotoId } from '@tintype/contract'
import type { RenditionRecord } from '../../photo-catalog.ts'

const columns = `p.id AS photoId, r.name, r.format, r.width, r.height, r.byte_size AS byteSize, r.sha256
  FROM photos AS p JOIN renditions AS r ON r.seq = p.seq`

/** Prepares the synchronous statements of renditions. `put` and `delete` run inside a transaction. */
export function prepareRenditions(database: DatabaseSync) {
  // SELECT returns one row for the photo. If the photo does not exist, it returns none and nothing is inserted.
  const putting = database.prepare(
    `INSERT OR REPLACE INTO renditions (seq, name, format, width, height, byte_size, sha256)
     SELECT seq, :name, :format, :width, :height, :byteSize, :sha256 FROM photos WHERE id = :photoId`,
  )
  const getting = database.prepare(`SELECT ${columns} WHERE p.id = ? AND r.name = ? AND r.format = ?`)
  const listing = database.prepare(`SELECT ${columns} WHERE p.id = ? ORDER BY r.name, r.format`)
  const deleting = database.prepare(
    'DELETE FROM renditions WHERE seq = (SELECT seq FROM photos WHERE id = ?) AND name = ? AND format = ?',
  )
  return {
    put({ photoId, name, format, width, height, byteSize, sha256 }: RenditionRecord): boolean {
      return putting.run({ photoId, name, format, width, height, byteSize, sha256 }).changes === 1
    },
    delete({ photoId, name, format }: Pick<RenditionRecord, 'photoId' | 'name' | 'format'>): void {
      deleting.run(photoId, name, format)
    },
    get(photoId: PhotoId, name: string, format: string): RenditionRecord | undefined {
      const row = getting.get(photoId, name, format)
      return row && ({ ...row } as unknown as RenditionRecord)
    },
    list(photoId: PhotoId): RenditionRecord[] {
      return listing.all(photoId).map((row) => ({ ...row }) as unknown as RenditionRecord)
    },
  }
}

/** What `prepareRenditions` returns. */
export type PreparedRenditions = ReturnType<typeof prepareRenditions>
