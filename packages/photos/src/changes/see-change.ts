import type { EventRecord, PhotoRecord } from '@tintype/catalog'
import type { Photo, PhotoChange, PhotoScope } from '@tintype/contract'
import { isVisible } from '../photo-scope.ts'

/**
 * What a caller sees of a change; `undefined` if nothing. A photo that it can no longer see is deleted for it, and one that it
 * could not see before is created.
 */
export function seeChange(
  { photoId, photo, previous }: Pick<EventRecord, 'photoId' | 'photo' | 'previous'>,
  scope: PhotoScope,
  present: (photo: PhotoRecord) => Photo,
): PhotoChange | undefined {
  const wasVisible = previous !== null && isVisible(previous, scope)
  if (photo !== null && isVisible(photo, scope))
    return { type: wasVisible ? 'photo.updated' : 'photo.created', photo: present(photo) }
  return wasVisible ? { type: 'photo.deleted', id: photoId, owner: previous.owner } : undefined
}
