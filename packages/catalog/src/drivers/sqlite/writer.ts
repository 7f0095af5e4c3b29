import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { fromFailure, TintypeError } from '@tintype/contract'
import { withUnknownOutcome } from '../../unknown-outcome.ts'
import type { WriterOptions } from './open-writer.ts'
import {
  closeWriter,
  type WholeWriter,
  type WriteArguments,
  type WriteReply,
  type WriteRequest,
  type WriteResults,
  type WriteTask,
} from './writer-protocol.ts'

/** Options of the thread, and the module that it runs. Only tests set another module. */
export interface SqliteWriterOptions extends WriterOptions {
  readonly entry?: URL
}

/** The functions that settle a write that waits. */
interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: TintypeError) => void
}

/**
 * Creates the writing half of the catalog on its own thread. COMMIT with synchronous=FULL blocks its thread during a sync.
 * On the thread that serves requests, all of them would wait for the disk.
 *
 * The thread starts with the first write. If it dies, the writes in progress fail as CATALOG_UNAVAILABLE with an unknown
 * outcome, and the next write starts another thread. Disposing it waits for the writes in progress; later ones fail.
 */
export function createSqliteWriter({
  entry = ownEntry(),
  ...options
}: SqliteWriterOptions): WholeWriter & AsyncDisposable {
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
      const lost = new TintypeError('CATALOG_UNAVAILABLE', 'The catalog stopped during the write', { cause })
      for (const { reject } of waiting.values()) reject(withUnknownOutcome(lost))
      waiting.clear()
    })
    return started
  }

  function onReply(reply: WriteReply): void {
    const sent = waiting.get(reply.number)
    waiting.delete(reply.number)
    // The thread keeps the process alive only while a write waits.
    if (waiting.size === 0) thread?.unref()
    if ('failure' in reply) sent?.reject(fromFailure(reply.failure))
    else sent?.resolve(reply.result)
  }

  async function send<Task extends WriteTask>(
    task: Task,
    given: WriteArguments[Task],
  ): Promise<WriteResults[Task]> {
    if (closing !== undefined) throw new TintypeError('CATALOG_UNAVAILABLE', 'The catalog is closed')
    thread ??= start()
    const number = ++lastNumber
    const request: WriteRequest<Task> = { number, task, arguments: given }
    // Cloned at once, so that later changes of the caller's objects do not change the write.
    thread.postMessage(request)
    if (waiting.size === 0) thread.ref()
    return await new Promise<WriteResults[Task]>((resolve, reject) =>
      // The reply with this number has this task's result.
      waiting.set(number, { resolve: resolve as Waiting['resolve'], reject }),
    )
  }

  async function close(): Promise<void> {
    if (thread === undefined) return
    const { promise: gone, resolve } = Promise.withResolvers<void>()
    thread.once('exit', () => resolve())
    thread.ref()
    thread.postMessage(closeWriter)
    await gone
  }

  return {
    insert: (...given) => send('insert', given),
    update: (...given) => send('update', given),
    changeTags: (...given) => send('changeTags', given),
    move: (...given) => send('move', given),
    setPlaceholder: (...given) => send('setPlaceholder', given),
    delete: (...given) => send('delete', given),
    endBlobDeletion: (...given) => send('endBlobDeletion', given),
    putRendition: (...given) => send('putRendition', given),
    deleteRendition: (...given) => send('deleteRendition', given),
    forgetEvents: (...given) => send('forgetEvents', given),
    forgetIdempotencyKeys: (...given) => send('forgetIdempotencyKeys', given),
    pairWithStore: (...given) => send('pairWithStore', given),
    askForSwitch: (...given) => send('askForSwitch', given),
    probe: (...given) => send('probe', given),
    insertKey: (...given) => send('insertKey', given),
    changeKey: (...given) => send('changeKey', given),
    revokeToken: (...given) => send('revokeToken', given),
    setQuota: (...given) => send('setQuota', given),
    recordAudit: (...given) => send('recordAudit', given),
    forgetAccess: (...given) => send('forgetAccess', given),
    acquireLease: (...given) => send('acquireLease', given),
    renewLease: (...given) => send('renewLease', given),
    releaseLease: (...given) => send('releaseLease', given),
    [Symbol.asyncDispose]() {
      closing ??= close()
      return closing
    },
  }
}

/** The entry lies beside this module, with the same ending: `.ts` in the repository, `.js` in the build. */
function ownEntry(): URL {
  return new URL(`./writer-thread${extname(import.meta.url)}`, import.meta.url)
}
