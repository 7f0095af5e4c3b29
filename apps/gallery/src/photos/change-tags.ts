import type { Photo } from '@tintype/client'
import type { TagChange } from '../editing/tag-editor.tsx'
import { tintype } from '../tintype.ts'

/** As many as one call may name. */
const maxIds = 100

/**
 * Adds tags to photos and removes tags from them. Two pages that tag the same photo lose nothing.
 *
 * @returns the photos as they are now
 */
export async function changeTags(photos: readonly Photo[], change: TagChange): Promise<readonly Photo[]> {
  const changed: Photo[] = []
  for (let at = 0; at < photos.length; at += maxIds) {
    const ids = photos.slice(at, at + maxIds).map(({ id }) => id)
    changed.push(...(await tintype.photos.tagMany.mutate({ ids, ...change })))
  }
  return changed
}
