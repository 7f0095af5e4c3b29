import { subjectsOf, type Usage } from '../../../access-catalog.ts'
import type { PhotoRecord } from '../../../photo-catalog.ts'
import type { Session } from '../database.ts'

interface UsageRow {
  readonly subject: string
  readonly photos: number
  readonly bytes: number
  readonly maxPhotos: number | null
  readonly maxBytes: number | null
}

/** What each of these subjects has, and its stored limits. One without a row is missing. */
export async function readUsage(
  session: Session,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, Usage>> {
  const sql = `SELECT subject, photos, bytes, max_photos AS "maxPhotos", max_bytes AS "maxBytes"
    FROM tintype.usage WHERE subject = ANY(:subjects::text[])`
  const rows = await session.query<UsageRow>(sql, { subjects })
  return new Map(rows.map((row) => [row.subject, toUsage(row)]))
}

function toUsage({ photos, bytes, maxPhotos, maxBytes }: UsageRow): Usage {
  return { photos, bytes, ...(maxPhotos !== null && { maxPhotos }), ...(maxBytes !== null && { maxBytes }) }
}

/** Added up and sorted: a row is changed once, and two transactions never wait for each other. */
const counting = `
  INSERT INTO tintype.usage AS u (subject, photos, bytes)
  SELECT subject, sum(photos)::bigint, sum(bytes)::bigint
  FROM unnest(:subjects::text[], :photos::bigint[], :bytes::bigint[]) AS change (subject, photos, bytes)
  GROUP BY subject ORDER BY subject COLLATE "C"
  ON CONFLICT (subject) DO UPDATE SET photos = u.photos + excluded.photos, bytes = u.bytes + excluded.bytes`

/** A photo that begins to count (1), or ends (-1). */
export type PhotoCount = Pick<PhotoRecord, 'owner' | 'uploadedBy' | 'byteSize'> & { readonly count: 1 | -1 }

/** Counts photos as their owners' and credentials', or no longer. */
export async function countPhotos(session: Session, counts: readonly PhotoCount[]): Promise<void> {
  const changes = counts.flatMap((photo) =>
    subjectsOf(photo).map((subject) => ({
      subject,
      photos: photo.count,
      bytes: photo.count * photo.byteSize,
    })),
  )
  if (changes.length === 0) return
  await session.query(counting, {
    subjects: changes.map(({ subject }) => subject),
    photos: changes.map(({ photos }) => photos),
    bytes: changes.map(({ bytes }) => bytes),
  })
}
