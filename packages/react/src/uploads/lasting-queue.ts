import type { TintypeClient } from '@tintype/client'
import { createUploadQueue, type UploadQueue, type UploadQueueOptions } from '@tintype/client/queue'

/** A queue of a component, which React may unmount and mount again. */
export interface LastingQueue extends UploadQueue {
  /**
   * Keeps the queue. Returns what closes it, a task later, unless it is opened again. One that was closed this way is empty when
   * it is opened again.
   */
  open(): () => void
}

/** Makes an empty queue. */
export function createLastingQueue(client: TintypeClient, options: UploadQueueOptions): LastingQueue {
  let queue = createUploadQueue(client, options)
  let isClosed = false
  let opened = 0
  let unsubscribe = () => {}
  const listeners = new Set<() => void>()
  function publish(): void {
    for (const listener of [...listeners]) listener()
  }
  return {
    add: (...input) => queue.add(...input),
    getSnapshot: () => queue.getSnapshot(),
    pause: () => queue.pause(),
    resume: () => queue.resume(),
    cancel: (id) => queue.cancel(id),
    retry: (id) => queue.retry(id),
    remove: (id) => queue.remove(id),
    clear: () => queue.clear(),
    settled: () => queue.settled(),
    close: () => queue.close(),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    open() {
      if (isClosed) {
        queue = createUploadQueue(client, options)
        isClosed = false
        publish()
      }
      if (opened++ === 0) unsubscribe = queue.subscribe(publish)
      return () => {
        setTimeout(() => {
          if (--opened > 0) return
          unsubscribe()
          queue.close()
          isClosed = true
        })
      }
    },
  }
}
