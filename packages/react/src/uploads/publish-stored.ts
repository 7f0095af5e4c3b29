import type { Photo } from '@tintype/client'
import type { UploadQueue } from '@tintype/client/queue'
import type { PhotoChanges } from '../photos/photo-changes.ts'

/** Photos that were published: several hooks may watch one queue, at different times. */
const published = new WeakSet<Photo>()

/** Adds the photos that a queue stores to the lists of the same client, until the returned function is called. */
export function publishStored(queue: UploadQueue, changes: PhotoChanges): () => void {
  let known = 0
  function look(): void {
    const { items, totals } = queue.getSnapshot()
    if (totals.stored === known) return
    known = totals.stored
    for (const { photo } of items) {
      if (!photo || published.has(photo)) continue
      published.add(photo)
      changes.publish({ type: 'created', photo })
    }
  }
  look()
  return queue.subscribe(look)
}
