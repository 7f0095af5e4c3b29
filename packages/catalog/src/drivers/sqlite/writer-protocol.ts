import type { Failure } from '@tintype/contract'
import type { AccessWriter } from '../../access-catalog.ts'
import type { Leases } from '../../leases/leases.ts'
import type { CatalogWriter } from '../../photo-catalog.ts'

/** Everything that changes the catalog. */
export type WholeWriter = CatalogWriter & AccessWriter & Leases

/** The tasks of the writer's thread: the methods of `CatalogWriter`, by name. */
export type WriteTask = keyof WholeWriter

/** Arguments of each method, by its name. */
export type WriteArguments = { readonly [Task in WriteTask]: Parameters<WholeWriter[Task]> }

/** Result of each method, by its name. */
export type WriteResults = { readonly [Task in WriteTask]: Awaited<ReturnType<WholeWriter[Task]>> }

/** One write for the thread. */
export type WriteRequest<Task extends WriteTask = WriteTask> = {
  readonly [One in Task]: {
    /** Unique among the writes that wait. */
    readonly number: number
    readonly task: One
    readonly arguments: WriteArguments[One]
  }
}[Task]

/** The last message to the thread. The thread answers every earlier write, and ends. */
export const closeWriter = 'close'

/** The thread's answer to the request with this number. */
export type WriteReply = { readonly number: number } & (
  | { readonly result: WriteResults[WriteTask] }
  | { readonly failure: Failure }
)
