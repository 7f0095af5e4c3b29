import { Worker } from 'node:worker_threads'
import { type Failure, fromFailure, TintypeError } from '@tintype/contract'

/** What a thread answers to the call with the same number. */
type ThreadReply =
  | { readonly number: number; readonly result: unknown }
  | { readonly number: number; readonly failure: Failure }

/** How the thread is started and ended. */
export interface CatalogThreadOptions {
  /** The module that it runs. */
  readonly entry: URL
  /** Shown by debuggers. */
  readonly name: string
  readonly workerData: unknown
  /** The message that ends it, after the calls before it. */
  readonly closeMessage: unknown
  /** What the calls in progress reject with if it dies. */
  readonly explainLoss: (cause: unknown) => TintypeError
}

/** A thread that answers calls by number. */
export interface CatalogThread extends AsyncDisposable {
  /**
   * Sends a call, which is cloned at once: later changes of its objects do not count.
   *
   * @param signal if it aborts, the thread receives `{ cancelled: number }`, and the call rejects
   * @throws CATALOG_UNAVAILABLE after the thread was disposed, or if it died
   */
  call(request: object, signal?: AbortSignal): Promise<unknown>
}

/** The functions that settle a call that waits. */
interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Creates a thread that starts with the first call. If it dies, the calls in progress fail, and the next one starts another.
 * Disposing it waits for the calls in progress; later ones fail.
 */
export function createCatalogThread(options: CatalogThreadOptions): CatalogThread {
  const { entry, name, workerData, closeMessage, explainLoss } = options
  const waiting = new Map<number, Waiting>()
  let thread: Worker | undefined
  let lastNumber = 0
  let closing: Promise<void> | undefined

  function start(): Worker {
    const started = new Worker(entry, { name, workerData })
    let cause: unknown
    started.on('message', onReply)
    started.on('error', (error) => {
      cause = error
    })
    started.on('exit', () => {
      thread = undefined
      for (const { reject } of waiting.values()) reject(explainLoss(cause))
      waiting.clear()
    })
    return started
  }

  function onReply(reply: ThreadReply): void {
    const sent = waiting.get(reply.number)
    waiting.delete(reply.number)
    // The thread keeps the process alive only while a call waits.
    if (waiting.size === 0) thread?.unref()
    if ('failure' in reply) sent?.reject(fromFailure(reply.failure))
    else sent?.resolve(reply.result)
  }

  async function close(): Promise<void> {
    if (thread === undefined) return
    const { promise: gone, resolve } = Promise.withResolvers<void>()
    thread.once('exit', () => resolve())
    thread.ref()
    thread.postMessage(closeMessage)
    await gone
  }

  return {
    async call(request, signal) {
      if (closing !== undefined) throw new TintypeError('CATALOG_UNAVAILABLE', 'The catalog is closed')
      signal?.throwIfAborted()
      thread ??= start()
      const number = ++lastNumber
      thread.postMessage({ ...request, number })
      if (waiting.size === 0) thread.ref()
      const cancel = () => {
        thread?.postMessage({ cancelled: number })
        waiting.get(number)?.reject(signal?.reason)
      }
      signal?.addEventListener('abort', cancel, { once: true })
      try {
        return await new Promise((resolve, reject) => waiting.set(number, { resolve, reject }))
      } finally {
        signal?.removeEventListener('abort', cancel)
      }
    },
    [Symbol.asyncDispose]() {
      closing ??= close()
      return closing
    },
  }
}
