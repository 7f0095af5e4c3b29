import type { Failure } from '@tintype/contract'
import type { AccessWriter } from '../../access-catalog.ts'
import type { CatalogWriter } from '../../photo-catalog.ts'

/** Everything that changes the catalog. */
export type WholeWriter = CatalogWriter & AccessWriter

/** What the writer's thread can do: the methods of the writing half, by name. */
export type WriteTask = keyof WholeWriter

/** What a method takes, by its name. */
export type WriteArguments = { readonly [Task in WriteTask]: Parameters<WholeWriter[Task]> }

/** What a method resolves with, by its name. */
export type WriteResults = { readonly [Task in WriteTask]: Awaited<ReturnType<WholeWriter[Task]>> }

/** One write for the thread. */
export type WriteRequest<Task extends WriteTask = WriteTask> = {
  readonly [One in Task]: {
    /** Different from that of every other write that waits. */
    readonly number: number
    readonly task: One
    readonly arguments: WriteArguments[One]
  }
}[Task]

/** The last message to the thread: it answers every write before it, and ends. */
export const closeWriter = 'close'

/** The thread's answer to the request with this number. */
export type WriteReply = { readonly number: number } & (
  | { readonly result: WriteResults[WriteTask] }
  | { readonly failure: Failure }
)
