import type { Failure } from '@tintype/contract'
import type { ReadHeaderOptions } from '../formats/read-header.ts'
import type { ImageSource, Inspection, Measurement, PixelFile, Preview, RenderedImage } from '../image.ts'
import type { UnpackOptions } from '../pixels/decode-to-file.ts'
import type { InspectOptions } from '../pixels/inspect-image.ts'
import type { RenderOptions } from '../pixels/render-image.ts'

/** What a decoder can be asked by name, with which arguments, and what it answers. All can be structured-cloned. */
export interface DecoderTasks {
  readonly inspect: Task<[source: ImageSource, options: InspectOptions], Inspection>
  readonly measure: Task<[source: ImageSource, options: ReadHeaderOptions], Measurement>
  readonly render: Task<[source: ImageSource | PixelFile, options: RenderOptions], RenderedImage>
  /** `undefined` where the preview is gone. */
  readonly renderPreview: Task<[preview: Preview, options: RenderOptions], RenderedImage | undefined>
  readonly unpack: Task<[source: ImageSource | PixelFile, options: UnpackOptions], PixelFile>
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

/** What is said of an error that nobody foresaw. */
export const unforeseen = 'The image could not be processed'
