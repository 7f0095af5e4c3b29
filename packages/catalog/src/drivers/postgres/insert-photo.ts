import { subjectsOf } from '../../access-catalog.ts'
import { eventOf, toEventRow } from '../../events/event-record.ts'
import { findExcess } from '../../find-excess.ts'
import type { InsertOutcome } from '../../insert-outcome.ts'
import type { IdempotencyKey, InsertOptions, PhotoRecord } from '../../photo-catalog.ts'
import { readUsage } from './access/usage.ts'
import type { Parameters } from './bind-parameters.ts'
import type { CallProgress, Session } from './database.ts'
import { insertSql } from './insert-sql.ts'
import { findPhoto, type PhotoRow, photoColumns, toPhotoParameters, toPhotoRecord } from './photo-rows.ts'
import { constraintOf, sqlStateOf } from './postgres-error.ts'

/** SQLSTATE of `refuse`, whose message is the reason. */
const refused = 'TT001'
const uniqueViolation = '23505'

/** What the statement did. */
type Attempt = 'inserted' | 'key-held' | 'grant-used-up' | 'id-taken' | 'quota-exceeded'

/** An insertion, with copies of what was given: it can be repeated later. */
export function createInsertion(photo: PhotoRecord, options: InsertOptions) {
  const { idempotency, grant, quotas = [], rendition } = structuredClone(options)
  const own = structuredClone(photo)
  const event = toEventRow(eventOf(undefined, own))
  const limits = subjectsOf(own).map((subject) => quotas.find((quota) => quota.subject === subject))
  const parameters: Parameters = {
    ...toPhotoParameters(own),
    eventId: event.id,
    eventType: event.type,
    eventAt: event.at,
    eventData: event.data,
    keyOwner: idempotency?.owner,
    key: idempotency?.key,
    grantId: grant?.id,
    grantUses: grant?.uses,
    grantExpiresAt: grant?.expiresAt,
    renditionName: rendition?.name,
    renditionFormat: rendition?.format,
    renditionWidth: rendition?.width,
    renditionHeight: rendition?.height,
    renditionByteSize: rendition?.byteSize,
    renditionSha256: rendition && Buffer.from(rendition.sha256, 'hex'),
    subjects: subjectsOf(own),
    maxPhotos: limits.map((quota) => quota?.maxPhotos ?? null),
    maxBytes: limits.map((quota) => quota?.maxBytes ?? null),
  }

  /** `undefined` if what refused the photo is gone already: then it may be tried again. */
  async function explain(session: Session, attempt: Attempt): Promise<InsertOutcome | undefined> {
    if (attempt === 'key-held') {
      const keyed = idempotency && (await findByKey(session, idempotency))
      return keyed && { status: 'key-taken', photo: keyed }
    }
    if (attempt !== 'quota-exceeded') return { status: attempt }
    const usage = await readUsage(session, subjectsOf(own))
    const find = (subject: string) => usage.get(subject) ?? { photos: 0, bytes: 0 }
    const excess = findExcess(own, { quotas, find })
    return excess && { status: 'quota-exceeded', excess }
  }

  async function isStored(session: Session): Promise<boolean> {
    return (await findPhoto(session, own.id))?.sha256.toString('hex') === own.sha256
  }

  /**
   * Inserts the photo. An earlier attempt may have been lost on its way, or its answer: it may have inserted the row, or may
   * still do so. This one then waits for it, and what it finds of our own counts as inserted.
   */
  return async (session: Session, progress: CallProgress): Promise<InsertOutcome> => {
    for (;;) {
      progress.isSent = true
      const attempt = await run(session, parameters)
      progress.isSent = false
      if (attempt === 'inserted') return { status: 'inserted' }
      if (progress.doubt !== undefined) {
        if (await isStored(session)) return { status: 'inserted' }
        // A lost attempt that arrives later could find the quota free again.
        if (attempt === 'quota-exceeded') throw progress.doubt
      }
      const outcome = await explain(session, attempt)
      if (outcome !== undefined) return outcome
    }
  }
}

async function run(session: Session, parameters: Parameters): Promise<Attempt> {
  try {
    const [row] = await session.query<{ readonly outcome: Attempt }>(insertSql, parameters)
    return row?.outcome ?? 'id-taken'
  } catch (error) {
    if (sqlStateOf(error) === refused && error instanceof Error) return error.message as Attempt
    // Another upload with the same key was committed while this statement ran.
    if (sqlStateOf(error) === uniqueViolation && constraintOf(error) === 'idempotency_keys_once')
      return 'key-held'
    throw error
  }
}

/** The photo that was uploaded with this key. */
export async function findByKey(
  session: Session,
  { owner, key }: IdempotencyKey,
): Promise<PhotoRecord | undefined> {
  const sql = `SELECT ${photoColumns} FROM tintype.idempotency_keys AS k JOIN tintype.photos AS p ON p.seq = k.seq
    WHERE k.owner = :owner AND k.key = :key`
  const [row] = await session.query<PhotoRow>(sql, { owner, key })
  return row && toPhotoRecord(row)
}
