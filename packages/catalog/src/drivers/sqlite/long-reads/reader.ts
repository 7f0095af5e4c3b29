import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { fromFailure, TintypeError } from '@tintype/contract'
import type { ReadOptions } from '../../../turns/turns.ts'
import {
  closeReader,
  type LongReader,
  type ReaderOptions,
  type ReadQueries,
  type ReadReply,
  type ReadRequest,
  type ReadResults,
  type ReadTask,
} from './reader-protocol.ts'

/** The functions that settle a read that waits. */
interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: TintypeError) => void
}

/**
 * Creates a reader on its own thread, for reads that may take long. On the thread that serves requests, all of them would wait
 * for the slowest search.
 *
 * The thread starts with the first read. If it dies, the reads in progress fail, and the next one starts another thread.
 */
export function createSqliteReader({
  entry = ownEntry(),
  ...options
}: ReaderOptions & { readonly entry?: URL }): LongReader & AsyncDisposable {
  const waiting = new Map<number, Waiting>()
  let thread: Worker | undefined
  let lastNumber = 0
  let closing: Promise<void> | undefined

  function start(): Worker {
    const started = new Worker(entry, { name: 'reader', workerData: options })
    let cause: unknown
    started.on('message', onReply)
    started.on('error', (error) => {
      cause = error
    })
    started.on('exit', () => {
      thread = undefined
      const lost = new TintypeError('CATALOG_UNAVAILABLE', 'The catalog stopped during the query', { cause })
      for (const { reject } of waiting.values()) reject(lost)
      waiting.clear()
    })
    return started
  }

  function onReply(reply: ReadReply): void {
    const sent = waiting.get(reply.number)
    waiting.delete(reply.number)
    // The thread keeps the process alive only while a read waits.
    if (waiting.size === 0) thread?.unref()
    if ('failure' in reply) sent?.reject(fromFailure(reply.failure))
    else sent?.resolve(reply.result)
  }

  async function send<Task extends ReadTask>(
    task: Task,
    query: ReadQueries[Task],
    { share, signal }: ReadOptions = {},
  ): Promise<ReadResults[Task]> {
    if (closing !== undefined) throw new TintypeError('CATALOG_UNAVAILABLE', 'The catalog is closed')
    signal?.throwIfAborted()
    thread ??= start()
    const number = ++lastNumber
    const request: ReadRequest<Task> = { number, task, query, share }
    thread.postMessage(request)
    if (waiting.size === 0) thread.ref()
    const cancel = () => {
      thread?.postMessage({ cancelled: number })
      waiting.get(number)?.reject(signal?.reason)
    }
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      return await new Promise<ReadResults[Task]>((resolve, reject) =>
        // The reply with this number has this task's result.
        waiting.set(number, { resolve: resolve as Waiting['resolve'], reject }),
      )
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  async function close(): Promise<void> {
    if (thread === undefined) return
    const { promise: gone, resolve } = Promise.withResolvers<void>()
    thread.once('exit', () => resolve())
    thread.ref()
    thread.postMessage(closeReader)
    await gone
  }

  return {
    list: (query, read) => send('list', query, read),
    listTags: (query, read) => send('listTags', query, read),
    count: (read) => send('count', undefined, read),
    [Symbol.asyncDispose]() {
      closing ??= close()
      return closing
    },
  }
}

/** The entry lies beside this module, with the same ending: `.ts` in the repository, `.js` in the build. */
function ownEntry(): URL {
  return new URL(`./reader-thread${extname(import.meta.url)}`, import.meta.url)
}
