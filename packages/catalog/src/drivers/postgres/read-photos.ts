import { isPhotoId, type MediaReference } from '@tintype/contract'
import type { PhotoCatalog } from '../../photo-catalog.ts'
import { isLongList } from '../../turns/is-long-list.ts'
import { queryLimits } from '../../turns/query-too-long.ts'
import { createTurns } from '../../turns/turns.ts'
import type { Database, Session } from './database.ts'
import { findByDigest } from './digests/find-by-digest.ts'
import { findByKey } from './insert-photo.ts'
import { listPhotos } from './list-photos.ts'
import { findPhoto, toPhotoRecord } from './photo-rows.ts'
import { listTags } from './tags/list-tags.ts'

/** Photos that are counted exactly. More are estimated, because counting reads each of them. */
const exactCount = 100_000

/** How photos are read. */
export interface PhotoReaderOptions {
  readonly shortSearchReach: number
  readonly schema: string
  /** Connections that reads which may take long have at the same time. */
  readonly longReads: number
}

/** The methods of the catalog that read photos. */
export function createPhotoReader(
  database: Database,
  { shortSearchReach, schema, longReads }: PhotoReaderOptions,
): Pick<
  PhotoCatalog,
  | 'shortSearchReach'
  | 'get'
  | 'getByIdempotencyKey'
  | 'findByDigest'
  | 'whichExist'
  | 'list'
  | 'listTags'
  | 'count'
  | 'isUnused'
> {
  /** Other reads and writes always have connections left. */
  const turns = createTurns({ ...queryLimits, places: longReads })
  const { timeLimitMs } = queryLimits
  return {
    shortSearchReach,
    get: (id) =>
      database.repeat(async (session) => {
        const row = isPhotoId(id) ? await findPhoto(session, id) : undefined
        return row && toPhotoRecord(row)
      }),
    getByIdempotencyKey: (key) => database.repeat((session) => findByKey(session, key)),
    findByDigest: (query) => database.repeat((session) => findByDigest(session, query)),
    async whichExist(references) {
      const parameters = toColumns(references)
      const rows = await database.repeat((session) => session.query<{ found: boolean }>(existing, parameters))
      return rows.map(({ found }) => found)
    },
    list(query, options) {
      const work = (session: Session) => listPhotos(session, query, { shortSearchReach })
      if (!isLongList(query)) return database.repeat(work)
      return turns.run(() => database.readWithin(timeLimitMs, work), options)
    },
    listTags(query, options) {
      const work = (session: Session) => listTags(session, query)
      return query.isPublic
        ? turns.run(() => database.readWithin(timeLimitMs, work), options)
        : database.repeat(work)
    },
    count: () =>
      database.repeat(async (session) => {
        const [row] = await session.query<{ count: number }>(counting, { most: exactCount + 1 })
        const count = row?.count ?? 0
        if (count <= exactCount) return count
        const table = `"${schema}".photos`
        const [estimate] = await session.query<{ rows: number }>(estimating, { table })
        return Math.max(count, estimate?.rows ?? 0)
      }),
    isUnused: () =>
      database.repeat(async (session) => {
        const [row] = await session.query<{ used: boolean }>(
          'SELECT is_called AS used FROM tintype.photos_seq_seq',
        )
        return row?.used === false
      }),
  }
}

const counting = 'SELECT count(*) FROM (SELECT FROM tintype.photos LIMIT :most) AS photos'
const estimating = 'SELECT reltuples::bigint AS rows FROM pg_class WHERE oid = to_regclass(:table)'

/** An invalid id is NULL, and exists nowhere. OFFSET 0 keeps the planner from a join that reads all photos. */
const existing = `
  SELECT CASE WHEN r.name IS NULL THEN coalesce(p.format = r.format, FALSE) ELSE x.seq IS NOT NULL END AS found
  FROM unnest(:ids::uuid[], :names::text[], :formats::text[]) WITH ORDINALITY AS r (id, name, format, at)
  LEFT JOIN LATERAL (SELECT o.seq, o.format FROM tintype.photos AS o WHERE o.id = r.id OFFSET 0) AS p ON TRUE
  LEFT JOIN LATERAL (
    SELECT o.seq FROM tintype.renditions AS o WHERE o.seq = p.seq AND o.name = r.name AND o.format = r.format OFFSET 0
  ) AS x ON TRUE
  ORDER BY r.at`

function toColumns(references: readonly MediaReference[]) {
  return {
    ids: references.map(({ id }) => (isPhotoId(id) ? id : null)),
    names: references.map((reference) => (reference.kind === 'rendition' ? reference.name : null)),
    formats: references.map(({ format }) => format),
  }
}
