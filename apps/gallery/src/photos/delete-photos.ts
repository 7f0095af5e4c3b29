import { TintypeError } from '@tintype/client'
import { keyMemory, tintype } from '../tintype.ts'

/** As many as one call may name. */
const maxIds = 100

/** Deletes photos for good. Returns those that could not be deleted, and why. */
export async function deletePhotos(
  ids: readonly string[],
): Promise<{ readonly ids: readonly string[]; readonly error: unknown }> {
  const failed: string[] = []
  let error: unknown
  for (const some of inParts(ids)) {
    try {
      for (const outcome of await tintype.photos.deleteMany.mutate({ ids: some })) {
        // deleted by someone else in the meantime
        if (outcome.status === 'deleted' || outcome.error.code === 'PHOTO_NOT_FOUND') continue
        failed.push(outcome.id)
        error = new TintypeError(outcome.error.code, outcome.error.detail)
      }
    } catch (reason) {
      failed.push(...some)
      error = reason
    }
  }
  return { ids: failed, error }
}

/**
 * Sends the deletions of a page that is being left. The browser sends them although the page is gone. No one sees an answer, so photos
 * may be among them that are deleted already.
 */
export function deletePhotosWhileLeaving(ids: readonly string[]): void {
  const key = keyMemory.readToken({})
  if (typeof key !== 'string') return
  const authorization = key === '' ? {} : { authorization: `Bearer ${key}` }
  for (const some of inParts(ids))
    void fetch(`${tintype.url}/trpc/photos.deleteMany`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: JSON.stringify({ ids: some }),
      keepalive: true,
    }).catch(() => {})
}

function* inParts(ids: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < ids.length; at += maxIds) yield ids.slice(at, at + maxIds)
}
