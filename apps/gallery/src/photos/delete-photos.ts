import { isTintypeError } from '@tintype/client'
import { keyMemory, tintype } from '../tintype.ts'

/** Deletes photos for good. Returns those that could not be deleted, and why. */
export async function deletePhotos(
  ids: readonly string[],
): Promise<{ readonly ids: readonly string[]; readonly error: unknown }> {
  const failed: string[] = []
  let reason: unknown
  for (const id of ids) {
    try {
      await tintype.photos.delete.mutate({ id })
    } catch (error) {
      // deleted by someone else in the meantime
      if (isTintypeError(error) && error.code === 'PHOTO_NOT_FOUND') continue
      failed.push(id)
      reason = error
    }
  }
  return { ids: failed, error: reason }
}

/** Sends the deletions of a page that is being left. The browser sends them although the page is gone. */
export function deletePhotosWhileLeaving(ids: readonly string[]): void {
  const key = keyMemory.readToken({})
  if (typeof key !== 'string') return
  const authorization = key === '' ? {} : { authorization: `Bearer ${key}` }
  for (const id of ids)
    void fetch(`${tintype.url}/trpc/photos.delete`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: JSON.stringify({ id }),
      keepalive: true,
    })
}
