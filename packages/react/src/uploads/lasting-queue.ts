import type { TintypeClient } from '@tintype/client'
import { createUploadQueue, type UploadQueue, type UploadQueueOptions } from '@tintype/client/queue'
import { createStore } from '../store/create-store.ts'
import { whileUsed } from '../store/while-used.ts'

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
  const { subscribe, publish } = createStore(() => undefined)
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
    subscribe,
    open: whileUsed(() => {
      if (isClosed) {
        queue = createUploadQueue(client, options)
        isClosed = false
        publish()
      }
      const unsubscribe = queue.subscribe(publish)
      return () => {
        unsubscribe()
        queue.close()
        isClosed = true
      }
    }),
  }
}
