import type { Failure } from '@tintype/contract'
import type { CatalogReader, PhotoCatalog } from '../../../photo-catalog.ts'
import type { WatchedFile } from '../file-identity.ts'

/** The reads that may take long. */
export type LongReader = Pick<CatalogReader, 'list' | 'count'> & Pick<PhotoCatalog, 'listTags'>

/** The tasks of the reader's thread: the methods of `LongReader`, by name. */
export type ReadTask = keyof LongReader

/** Queries of each method, by its name. */
export interface ReadQueries {
  readonly list: Parameters<LongReader['list']>[0]
  readonly listTags: Parameters<LongReader['listTags']>[0]
  readonly count: undefined
}

/** Result of each method, by its name. */
export type ReadResults = { readonly [Task in ReadTask]: Awaited<ReturnType<LongReader[Task]>> }

/** What the thread needs. */
export interface ReaderOptions {
  /** Absolute path of a database that `openDatabase` has prepared. */
  readonly file: string
  readonly shortSearchReach: number
  /** The files that are read, as they were when the catalog was opened. */
  readonly watched: readonly WatchedFile[]
}

/** One read for the thread. */
export type ReadRequest<Task extends ReadTask = ReadTask> = {
  readonly [One in Task]: {
    /** Unique among the reads that wait. */
    readonly number: number
    readonly task: One
    readonly query: ReadQueries[One]
    readonly share: string | undefined
  }
}[Task]

/** Ends the read with this number, if it has not ended. */
export interface ReadCancellation {
  readonly cancelled: number
}

/** The last message to the thread. */
export const closeReader = 'close'

/** The thread's answer to the request with this number. */
export type ReadReply = { readonly number: number } & (
  | { readonly result: ReadResults[ReadTask] }
  | { readonly failure: Failure }
)
