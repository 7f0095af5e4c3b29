import type { Failure } from '@tintype/contract'
import type { CatalogWriter } from '../../photo-catalog.ts'

/** What the writer's thread can be asked: the methods of the writing half, by name. */
export type WriteTask = keyof CatalogWriter

/** One question to the writer's thread. */
export interface WriteRequest {
  /** Unlike every other question's that waits for its answer. */
  readonly number: number
  readonly task: WriteTask
  readonly arguments: readonly unknown[]
}

/** The last thing that the thread is told: it answers all that was asked before, and ends. */
export const closeWriter = 'close'

/** Its answer. */
export type WriteReply = { readonly number: number } & (
  | { readonly result: unknown }
  | { readonly failure: Failure }
)
