import { isPhotoId, type PhotoId } from '@tintype/contract'
import type { AuditRecord } from '../../../access-catalog.ts'
import { searchTextOf } from '../../../search-text.ts'
import { planTagChange, type TagChange, type TagOutcome } from '../../../tag-change.ts'
import { recordAudit } from '../access/audit.ts'
import type { Session } from '../database.ts'
import { type PhotoChange, recordChanges } from '../events/events.ts'
import { type PhotoRow, photoColumns, toPhotoRecord } from '../photo-rows.ts'

// In the order of their numbers, so that two changes of the same photos never wait for each other.
const locking = `SELECT ${photoColumns} FROM tintype.photos AS p WHERE p.id = ANY(:ids::uuid[]) ORDER BY p.seq FOR UPDATE`

// A row with its array as JSON, because arrays of arrays must all have the same length.
const changing = `UPDATE tintype.photos AS p
  SET tags = ARRAY(SELECT tag FROM json_array_elements_text(c.tags::json) WITH ORDINALITY AS e (tag, at) ORDER BY at),
    search_text = c.search_text
  FROM unnest(:seqs::bigint[], :tags::text[], :searchTexts::text[]) AS c (seq, tags, search_text)
  WHERE p.seq = c.seq`

const untagging =
  'DELETE FROM tintype.photo_tags WHERE seq = ANY(:seqs::bigint[]) AND tag = ANY(:remove::text[])'

const tagging = `INSERT INTO tintype.photo_tags (tag, owner, seq, taken_key)
  SELECT tag, p.owner, p.seq, tintype.taken_key(p.taken_at, p.created_at) FROM tintype.photos AS p, unnest(:add::text[]) AS tag WHERE p.seq = ANY(:seqs::bigint[])
  ON CONFLICT DO NOTHING`

/** Changes the tags of many photos in the session's transaction. */
export async function changeTags(
  session: Session,
  ids: readonly PhotoId[],
  change: TagChange,
  audits: readonly AuditRecord[] = [],
): Promise<TagOutcome> {
  const rows = await session.query<PhotoRow>(locking, { ids: ids.filter(isPhotoId) })
  const stored = new Map(rows.map((row) => [row.id, row]))
  const find = (id: PhotoId) => {
    const row = stored.get(id)
    return row && toPhotoRecord(row)
  }
  const outcome = planTagChange(ids, find, change)
  if (outcome.status !== 'tagged') return outcome
  const { photos } = outcome
  const seqs = photos.map(({ id }) => stored.get(id)?.seq)
  await session.query(changing, {
    seqs,
    tags: photos.map(({ tags }) => JSON.stringify(tags)),
    searchTexts: photos.map(searchTextOf),
  })
  await session.query(untagging, { seqs, remove: change.remove })
  await session.query(tagging, { seqs, add: change.add })
  await recordChanges(session, ...photos.map((photo): PhotoChange => [find(photo.id), photo]))
  for (const entry of audits) await recordAudit(session, entry)
  return outcome
}
