import type { Failure } from '@tintype/contract'
import type { ReadHeaderOptions } from '../formats/read-header.ts'
import type { DecodedImage, ImageFacts, ImageSource, RenderedImage } from '../image.ts'
import type { InspectOptions } from '../pixels/inspect-image.ts'
import type { RenderFormatsOptions } from '../pixels/render-formats.ts'
import type { RenderOptions } from '../pixels/render-image.ts'

/** A decoder's tasks by name, with their arguments and results. All can be structured-cloned. */
export interface DecoderTasks {
  readonly inspect: Task<[source: ImageSource, options: InspectOptions], DecodedImage>
  readonly readFacts: Task<[source: ImageSource, options: ReadHeaderOptions], ImageFacts>
  readonly render: Task<[source: ImageSource, options: RenderOptions], RenderedImage>
  readonly renderFormats: Task<[source: ImageSource, options: RenderFormatsOptions], RenderedImage[]>
}

interface Task<Arguments extends unknown[], Result> {
  readonly arguments: Arguments
  readonly result: Result
}

/** One request to a decoder. It has no number, because a decoder gets the next one only after its answer. */
export type DecoderRequest = {
  readonly [Name in keyof DecoderTasks]: {
    readonly task: Name
    readonly arguments: DecoderTasks[Name]['arguments']
  }
}[keyof DecoderTasks]

/** A decoder's messages: `ready` once, before its first request; then one answer to each request. */
export type DecoderReply =
  | { readonly type: 'ready' }
  | { readonly type: 'result'; readonly result: unknown }
  | { readonly type: 'failure'; readonly failure: Failure }

/** The message of an error that the code does not expect. */
export const unforeseen = 'The image could not be processed'
