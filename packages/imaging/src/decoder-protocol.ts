import { type ErrorFacts, isTintypeError, TintypeError, type TintypeErrorCode } from '@tintype/contract'
import type { ImageSource, Inspection, Preview, RenderedImage } from './image.ts'
import type { InspectOptions } from './inspect-image.ts'
import type { RenderOptions } from './render-image.ts'

/** What a decoder can be asked by name, with which arguments, and what it answers. All can be structured-cloned. */
export interface DecoderTasks {
  readonly inspect: Task<[source: ImageSource, options: InspectOptions], Inspection>
  readonly render: Task<[source: ImageSource, options: RenderOptions], RenderedImage>
  /** `undefined` where the preview is gone. */
  readonly renderPreview: Task<[preview: Preview, options: RenderOptions], RenderedImage | undefined>
  readonly versions: Task<[], Readonly<Record<string, string>>>
}

interface Task<Arguments extends unknown[], Result> {
  readonly arguments: Arguments
  readonly result: Result
}

/** One question to a decoder. It has no number, because a decoder is asked nothing else before it has answered. */
export type DecoderRequest = {
  readonly [Name in keyof DecoderTasks]: {
    readonly task: Name
    readonly arguments: DecoderTasks[Name]['arguments']
  }
}[keyof DecoderTasks]

/** What a decoder says: `ready` once, before it is asked anything; then one answer to each request. */
export type DecoderReply =
  | { readonly type: 'ready' }
  | { readonly type: 'result'; readonly result: unknown }
  | { readonly type: 'failure'; readonly failure: Failure }

/** A `TintypeError` on its way to another process. */
export interface Failure {
  readonly code: TintypeErrorCode
  readonly message: string
  readonly facts: ErrorFacts
  readonly retryAfterSeconds?: number | undefined
  /** The native error as text. */
  readonly cause?: string | undefined
}

/** Prepares an error for the way. One that is not ours becomes INTERNAL, and its text the cause. */
export function toFailure(error: unknown): Failure {
  if (!isTintypeError(error)) {
    const message = 'The image could not be processed'
    return { code: 'INTERNAL', message, facts: {}, cause: textOf(error) }
  }
  const { code, message, facts, retryAfterSeconds, cause } = error
  return { code, message, facts, retryAfterSeconds, cause: cause === undefined ? undefined : textOf(cause) }
}

/** The error that was sent. Its cause is an `Error` with the text and stack that it had where it was thrown. */
export function fromFailure({ code, message, facts, retryAfterSeconds, cause }: Failure): TintypeError {
  return new TintypeError(code, message, { facts, retryAfterSeconds, cause: cause && toCause(cause) })
}

/** An `Error`, which a log shows where it shows no text, without a stack that would lead astray. */
export function toCause(text: string): Error {
  const cause = new Error(text.split('\n', 1)[0])
  cause.stack = text
  return cause
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
