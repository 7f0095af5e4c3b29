import { type Actor, isTintypeError, type PhotoId, TintypeError } from '@tintype/contract'
import type { Log } from './log.ts'

/** What became of one photo; `error` is absent if it was deleted. */
export interface PhotoDeleted {
  readonly id: PhotoId
  readonly error?: TintypeError | undefined
}

/** Photos that are deleted at once, so that one call leaves connections to the others. */
const concurrency = 4

/** Deletes many photos, each by itself. Resolves with an outcome for each id, in their order. */
export async function deletePhotos(
  ids: readonly PhotoId[],
  actor: Actor,
  {
    deletePhoto,
    log,
  }: { readonly deletePhoto: (id: PhotoId, actor: Actor) => Promise<void>; readonly log: Log },
): Promise<readonly PhotoDeleted[]> {
  const outcomes = new Map<PhotoId, PhotoDeleted>()
  const waiting = ids.values()

  async function deleteWaiting(): Promise<void> {
    for (const id of waiting) {
      try {
        await deletePhoto(id, actor)
        outcomes.set(id, { id })
      } catch (thrown) {
        const error = isTintypeError(thrown) ? thrown : new TintypeError('INTERNAL', '', { cause: thrown })
        if ((error.status ?? 500) >= 500)
          log.error({ event: 'delete', photo: id, code: error.code, err: error }, 'a photo was not deleted')
        outcomes.set(id, { id, error })
      }
    }
  }

  await Promise.all(Array.from({ length: concurrency }, deleteWaiting))
  return ids.flatMap((id) => outcomes.get(id) ?? [])
}
