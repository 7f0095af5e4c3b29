import type { AuditRecord, PhotoCatalog, PhotoRecord } from '@tintype/catalog'
import { type Actor, type PhotoId, TintypeError } from '@tintype/contract'
import { auditChange } from './audit-change.ts'
import { photoNotFound } from './photo-not-found.ts'
import { isVisible } from './photo-scope.ts'

/** Most tags of a photo. */
const maxTags = 32

/** Tags that photos get and lose. */
export interface TagChoice {
  readonly ids: readonly PhotoId[]
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

/**
 * Changes the tags of many photos, all of them or none. Resolves with the photos, in the order of their ids.
 *
 * @throws PHOTO_NOT_FOUND with the fact `ids`: those that do not exist, or that the actor does not see
 * @throws INVALID_REQUEST with the fact `ids`: photos that would have more than 32 tags
 */
export async function tagPhotos(
  { ids, ...change }: TagChoice,
  actor: Actor,
  { catalog, now }: { readonly catalog: PhotoCatalog; readonly now: () => number },
): Promise<readonly PhotoRecord[]> {
  const found = await Promise.all(ids.map((id) => catalog.get(id)))
  const photos = found.filter((photo) => photo !== undefined && isVisible(photo, actor.scope))
  const visible = new Map(photos.map((photo) => [photo?.id, photo]))
  const hidden = ids.filter((id) => !visible.has(id))
  if (hidden.length > 0) throw photoNotFound({ ids: hidden })
  const audits = ids.flatMap((id): AuditRecord[] => {
    const owner = visible.get(id)?.owner ?? null
    const details = { fields: ['tags'] }
    const { audit } = auditChange(actor, { action: 'photo.update', target: id, owner, details }, now())
    return audit === undefined ? [] : [audit]
  })
  const outcome = await catalog.changeTags(ids, { ...change, maxTags }, { audits })
  if (outcome.status === 'tagged') return outcome.photos
  if (outcome.status === 'missing') throw photoNotFound({ ids: outcome.ids })
  const detail = `A photo has at most ${maxTags} tags. Remove some of those that these photos have, or add fewer`
  throw new TintypeError('INVALID_REQUEST', detail, { facts: { limit: maxTags, ids: outcome.ids } })
}
