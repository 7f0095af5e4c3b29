import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { fromFailure, TintypeError } from '@tintype/contract'
import type { CatalogWriter } from '../../photo-catalog.ts'
import type { WriterOptions } from './open-writer.ts'
import { closeWriter, type WriteReply, type WriteRequest, type WriteTask } from './writer-protocol.ts'

/** What the thread works with, and which module it runs; another one only in tests. */
export interface SqliteWriterOptions extends WriterOptions {
  readonly entry?: URL
}

/** How a question that waits for its answer is told of it. */
interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: TintypeError) => void
}

/**
 * Wires the writing half of the catalog on a thread of its own: COMMIT with synchronous=FULL stops its thread for the
 * time of a sync, and on the one that serves requests all of them would wait for the disk.
 *
 * The thread starts with the first write. Where it dies, what it was asked fails as CATALOG_UNAVAILABLE, its outcome
 * unknown, and the next write starts another. Disposing it waits for all that was asked; then nothing more may be.
 */
export function createSqliteWriter({
  entry = ownEntry(),
  ...options
}: SqliteWriterOptions): CatalogWriter & AsyncDisposable {
  const waiting = new Map<number, Waiting>()
  let thread: Worker | undefined
  let lastNumber = 0
  let closing: Promise<void> | undefined

  function start(): Worker {
    const started = new Worker(entry, { name: 'catalog', workerData: options })
    let cause: unknown
    started.on('message', onReply)
    started.on('error', (error) => {
      cause = error
    })
    started.on('exit', () => {
      thread = undefined
      const lost = new TintypeError('CATALOG_UNAVAILABLE', 'The catalog stopped meanwhile', { cause })
      for (const { reject } of waiting.values()) reject(lost)
      waiting.clear()
    })
    return started
  }

  function onReply(reply: WriteReply): void {
    const asked = waiting.get(reply.number)
    waiting.delete(reply.number)
    // It keeps the process alive for as long as somebody waits for it, and no longer.
    if (waiting.size === 0) thread?.unref()
    if ('failure' in reply) asked?.reject(fromFailure(reply.failure))
    else asked?.resolve(reply.result)
  }

  function ask(task: WriteTask, given: readonly unknown[]): Promise<unknown> {
    if (closing !== undefined) throw new TintypeError('CATALOG_UNAVAILABLE', 'The catalog is closed')
    thread ??= start()
    const number = ++lastNumber
    const request: WriteRequest = { number, task, arguments: given }
    // Cloned here and now, so that the write does not see what the caller does to its objects meanwhile.
    thread.postMessage(request)
    if (waiting.size === 0) thread.ref()
    return new Promise((resolve, reject) => waiting.set(number, { resolve, reject }))
  }

  async function close(): Promise<void> {
    if (thread === undefined) return
    const { promise: gone, resolve } = Promise.withResolvers<void>()
    thread.once('exit', () => resolve())
    thread.ref()
    thread.postMessage(closeWriter)
    await gone
  }

  const method = <Task extends WriteTask>(task: Task) =>
    (async (...given: readonly unknown[]) => ask(task, given)) as CatalogWriter[Task]

  return {
    insert: method('insert'),
    update: method('update'),
    setPlaceholder: method('setPlaceholder'),
    delete: method('delete'),
    putRendition: method('putRendition'),
    deleteRendition: method('deleteRendition'),
    forgetIdempotencyKeys: method('forgetIdempotencyKeys'),
    probe: method('probe'),
    [Symbol.asyncDispose]() {
      closing ??= close()
      return closing
    },
  }
}

/** The entry lies beside this module, with the same ending: `.ts` in the repository, `.js` where it was built. */
function ownEntry(): URL {
  return new URL(`./writer-thread${extname(import.meta.url)}`, import.meta.url)
}
