import { extname } from 'node:path'
import { TintypeError } from '@tintype/contract'
import type { ReadOptions } from '../../../turns/turns.ts'
import { createCatalogThread } from '../threads/catalog-thread.ts'
import {
  closeReader,
  type LongReader,
  type ReaderOptions,
  type ReadQueries,
  type ReadResults,
  type ReadTask,
} from './reader-protocol.ts'

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
  const thread = createCatalogThread({
    entry,
    name: 'reader',
    workerData: options,
    closeMessage: closeReader,
    explainLoss: (cause) =>
      new TintypeError('CATALOG_UNAVAILABLE', 'The catalog stopped during the query', { cause }),
  })

  function send<Task extends ReadTask>(
    task: Task,
    query: ReadQueries[Task],
    { share, signal }: ReadOptions = {},
  ): Promise<ReadResults[Task]> {
    // the thread answers a task with its result
    return thread.call({ task, query, share }, signal) as Promise<ReadResults[Task]>
  }

  return {
    list: (query, read) => send('list', query, read),
    listTags: (query, read) => send('listTags', query, read),
    count: (read) => send('count', undefined, read),
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  }
}

/** The entry lies beside this module, with the same ending: `.ts` in the repository, `.js` in the build. */
function ownEntry(): URL {
  return new URL(`./reader-thread${extname(import.meta.url)}`, import.meta.url)
}
