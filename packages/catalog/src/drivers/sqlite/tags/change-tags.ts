import type { DatabaseSync } from 'node:sqlite'
import type { PhotoId } from '@tintype/contract'
import type { AuditRecord } from '../../../access-catalog.ts'
import { takenKeyOf } from '../../../list-position.ts'
import { searchTextOf } from '../../../search-text.ts'
import { planTagChange, type TagChange, type TagOutcome } from '../../../tag-change.ts'
import { prepareAudit } from '../access/audit.ts'
import { prepareEvents } from '../events/events.ts'
import type { StoredPhoto } from '../photo-rows.ts'
import type { PreparedReads } from '../read-photos.ts'

/** Prepares the change of many photos' tags. It runs inside a transaction. */
export function prepareTagChange(database: DatabaseSync, reads: PreparedReads) {
  const changing = database.prepare(
    'UPDATE photos SET tags = :tags, search_text = :searchText WHERE seq = :seq',
  )
  const tagging = database.prepare(
    'INSERT OR IGNORE INTO photo_tags (tag, seq, owner, taken_key) VALUES (?, ?, ?, ?)',
  )
  const untagging = database.prepare('DELETE FROM photo_tags WHERE tag = ? AND seq = ?')
  const audit = prepareAudit(database)
  const events = prepareEvents(database)

  return (ids: readonly PhotoId[], change: TagChange, audits: readonly AuditRecord[] = []): TagOutcome => {
    const stored = new Map<PhotoId, StoredPhoto | undefined>(ids.map((id) => [id, reads.byId(id)]))
    const outcome = planTagChange(ids, (id) => stored.get(id)?.photo, change)
    if (outcome.status !== 'tagged') return outcome
    for (const photo of outcome.photos) {
      const seq = stored.get(photo.id)?.seq ?? 0
      changing.run({ tags: JSON.stringify(photo.tags), searchText: searchTextOf(photo), seq })
      events.record(stored.get(photo.id)?.photo, photo)
      for (const tag of change.remove) untagging.run(tag, seq)
      for (const tag of change.add) tagging.run(tag, seq, photo.owner, takenKeyOf(photo))
    }
    for (const entry of audits) audit.record(entry)
    return outcome
  }
}
