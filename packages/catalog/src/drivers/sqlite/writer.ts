import { extname } from 'node:path'
import { TintypeError } from '@tintype/contract'
import { withUnknownOutcome } from '../../unknown-outcome.ts'
import type { WriterOptions } from './open-writer.ts'
import { createCatalogThread } from './threads/catalog-thread.ts'
import {
  closeWriter,
  type WholeWriter,
  type WriteArguments,
  type WriteResults,
  type WriteTask,
} from './writer-protocol.ts'

/** Options of the thread, and the module that it runs. Only tests set another module. */
export interface SqliteWriterOptions extends WriterOptions {
  readonly entry?: URL
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
  const thread = createCatalogThread({
    entry,
    name: 'catalog',
    workerData: options,
    closeMessage: closeWriter,
    explainLoss: (cause) =>
      withUnknownOutcome(
        new TintypeError('CATALOG_UNAVAILABLE', 'The catalog stopped during the write', { cause }),
      ),
  })

  function send<Task extends WriteTask>(
    task: Task,
    given: WriteArguments[Task],
  ): Promise<WriteResults[Task]> {
    // the thread answers a task with its result
    return thread.call({ task, arguments: given }) as Promise<WriteResults[Task]>
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
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  }
}

/** The entry lies beside this module, with the same ending: `.ts` in the repository, `.js` in the build. */
function ownEntry(): URL {
  return new URL(`./writer-thread${extname(import.meta.url)}`, import.meta.url)
}
