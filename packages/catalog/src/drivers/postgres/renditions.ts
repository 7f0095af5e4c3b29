import { isPhotoId, type PhotoId } from '@tintype/contract'
import type { PhotoCatalog, RenditionRecord } from '../../photo-catalog.ts'
import type { Database, Session } from './database.ts'

type RenditionRow = Omit<RenditionRecord, 'sha256'> & { readonly sha256: Buffer }

const columns = `p.id AS "photoId", r.name, r.format, r.width, r.height, r.byte_size AS "byteSize", r.sha256
  FROM tintype.photos AS p JOIN tintype.renditions AS r ON r.seq = p.seq`

/**
 * KEY SHARE waits for a deletion in progress. The photo then is gone, and nothing is inserted; or the deletion finds the
 * rendition.
 */
const put = `
  INSERT INTO tintype.renditions (seq, name, format, width, height, byte_size, sha256)
  SELECT p.seq, :name, :format, :width::integer, :height::integer, :byteSize::bigint, :sha256::bytea
  FROM tintype.photos AS p WHERE p.id = :photoId FOR KEY SHARE
  ON CONFLICT (seq, name, format) DO UPDATE
    SET width = excluded.width, height = excluded.height, byte_size = excluded.byte_size, sha256 = excluded.sha256
  RETURNING 1`

const remove = `
  DELETE FROM tintype.renditions
  WHERE seq = (SELECT seq FROM tintype.photos WHERE id = :photoId) AND name = :name AND format = :format`

/** The methods of the catalog about renditions. Both writes may be repeated. */
export function createRenditions(
  database: Database,
): Pick<PhotoCatalog, 'putRendition' | 'getRendition' | 'deleteRendition' | 'listRenditions'> {
  return {
    async putRendition(rendition) {
      const parameters = { ...rendition, sha256: Buffer.from(rendition.sha256, 'hex') }
      return (await database.repeat((session) => session.query(put, parameters))).length === 1
    },
    async getRendition(photoId, name, format) {
      const sql = `SELECT ${columns} WHERE p.id = :photoId AND r.name = :name AND r.format = :format`
      return await database.repeat(async (session) => {
        if (!isPhotoId(photoId)) return undefined
        const [row] = await session.query<RenditionRow>(sql, { photoId, name, format })
        return row && toRenditionRecord(row)
      })
    },
    async deleteRendition(photoId, name, format) {
      await database.repeat((session) => session.query(remove, { photoId, name, format }))
    },
    listRenditions: (photoId) => database.repeat((session) => listRenditions(session, photoId)),
  }
}

/** All renditions of a photo, by name, then format. */
export async function listRenditions(session: Session, photoId: PhotoId): Promise<RenditionRecord[]> {
  if (!isPhotoId(photoId)) return []
  const sql = `SELECT ${columns} WHERE p.id = :photoId ORDER BY r.name, r.format`
  return (await session.query<RenditionRow>(sql, { photoId })).map(toRenditionRecord)
}

function toRenditionRecord(row: RenditionRow): RenditionRecord {
  return { ...row, sha256: row.sha256.toString('hex') }
}
