import type { PhotoFormat } from '@tintype/contract'
import type { DecoderLoss } from './decoders/decoder-loss.ts'
import { createDecoderPool } from './decoders/decoder-pool.ts'
import { ScanBudgetExceeded } from './formats/byte-reader.ts'
import { readFacts } from './formats/read-header.ts'
import type {
  ImageLimits,
  ImageSource,
  Inspection,
  Measurement,
  PixelFile,
  Preview,
  RenderedImage,
  RenderTarget,
} from './image.ts'
import type { UnpackTarget } from './pixels/decode-to-file.ts'
import { createGate, type GateLoad, type GateOptions } from './work-queue.ts'

/** How imaging behaves. `concurrency` is the number of child processes that it may start. */
export interface ImagingOptions extends GateOptions {
  readonly limits: ImageLimits
  /** Wall-clock milliseconds that one image may take; 10 000 where absent. */
  readonly decodeTimeoutMs?: number | undefined
  /** Bytes of memory that a child process may have resident (Linux); 1.5 GiB where absent. */
  readonly decodeMemoryByteSize?: number | undefined
  /** How long a child process without work is kept, in milliseconds; 60 000 where absent. */
  readonly decoderIdleTimeoutMs?: number | undefined
  /** Hears of every child process that had to be killed or died of itself, for the log. */
  readonly onDecoderLost?: ((loss: DecoderLoss) => void) | undefined
}

/** How busy imaging is. */
export interface ImagingLoad extends GateLoad {
  /** Ids of the child processes there are, at work or not. */
  readonly decoders: readonly number[]
}

/**
 * Whether the caller still waits. Aborting takes the task out of the queue; what has started runs to its end:
 * killing its process would cost the next caller a start, which takes longer than nearly every image, and
 * hanging up would be a way to make the server start processes. The deadline ends the few that take long.
 */
export interface WaitOptions {
  readonly signal?: AbortSignal | undefined
  /** Whether everything else goes first; asked anew whenever a decoder has ended its work, and by `reconsider`. */
  readonly isPatient?: (() => boolean) | undefined
}

/**
 * Pixels, a bounded number of images at once, each in a child process that is killed where it takes too long or
 * too much memory: what an image does to its decoder costs its own request and no other (B143–B146). Disposing
 * it refuses what waits, waits for what runs, and leaves no process behind.
 *
 * Besides its own codes every method throws `OVERLOADED` if the queue is full, or file descriptors or processes ran
 * out; `INTERNAL` if the decoder or a file is missing; and a signal's reason, as it is, if the signal was aborted.
 */
export interface Imaging extends AsyncDisposable {
  /**
   * Measures an image and proves that all of it decodes, by decoding it once into its preview, of which the decoder
   * keeps the pixels for a while.
   *
   * @param source must not change until this settles
   * @param format what `identify` said of its first bytes
   * @throws TOO_MANY_PIXELS decided from the header, with `width`, `height`, `frames`, `pixels` and `limit`; or
   * where decoding takes too long or too much memory, with `timeoutMs` or `memoryByteSize`
   * @throws UNREADABLE_IMAGE where it is damaged, incomplete, not what its first bytes announced, or where two
   * decoders in a row died of it
   * @throws NOT_AN_IMAGE where it proves to be a format that is not accepted, such as HEIC behind AVIF's brand
   */
  inspect(source: ImageSource, format: PhotoFormat, options?: WaitOptions): Promise<Inspection>

  /**
   * Measures an image by its header and structure alone: that it decodes is not known then, and `placeholder` is
   * empty. It is done in this process, without its turn, unless it proves to be more work than this process can
   * do beside everybody else's (B310): then a child process does it.
   *
   * @throws TOO_MANY_PIXELS, UNREADABLE_IMAGE, NOT_AN_IMAGE as far as header and structure show it
   */
  measure(source: ImageSource, format: PhotoFormat, options?: WaitOptions): Promise<Measurement>

  /**
   * Makes a smaller image of an original: upright, in sRGB, without metadata, never enlarged. The same arguments give
   * the same bytes.
   *
   * @param source the original, or its pixels as `unpack` left them, for a target that fits inside those
   * @throws UNREADABLE_IMAGE, TOO_MANY_PIXELS, NOT_AN_IMAGE as `inspect`
   */
  render(source: ImageSource | PixelFile, target: RenderTarget, options?: WaitOptions): Promise<RenderedImage>

  /**
   * Decodes an original into a file, upright and in sRGB, so that many renditions cost one decode, in whichever
   * decoders; or makes a smaller such file of another.
   *
   * @throws UNREADABLE_IMAGE, TOO_MANY_PIXELS, NOT_AN_IMAGE as `inspect`; INTERNAL where the file cannot be written
   */
  unpack(source: ImageSource | PixelFile, target: UnpackTarget, options?: WaitOptions): Promise<PixelFile>

  /**
   * The same of a preview, for a target that fits inside it, which spares the decoding; once only. `undefined` where
   * the pixels are gone, because many came after them or their decoder ended: then only the original will do.
   */
  renderPreview(
    preview: Preview,
    target: RenderTarget,
    options?: WaitOptions,
  ): Promise<RenderedImage | undefined>

  /** Until it is disposed, nothing patient starts: somebody waits for what needs the processor, though no decoder. */
  holdBack(): Disposable

  /** Lets start what waits and is no longer patient. */
  reconsider(): void

  /** How many images are being worked on, how many wait, and in which processes. */
  load(): ImagingLoad

  /** Starts a process ahead of an image that is about to come, unless there is one without work already. */
  warm(): void

  /**
   * Tells the version of each of the decoder's libraries.
   *
   * @throws INTERNAL where it is missing, too old or unsafe
   */
  versions(): Promise<Readonly<Record<string, string>>>
}

/**
 * Scan budget for measuring an image in this process, in bytes: some 5 ms. A PNG of 25 MB written by libpng uses nine
 * tenths of it, a JPEG of one scan nearly nothing.
 */
const scanBudgetHere = 2 * 1024 * 1024

/** Wires imaging. No process is started before `warm` or the first image; this one never loads sharp. */
export function createImaging(options: ImagingOptions): Imaging {
  const { limits, concurrency, queueLength } = options
  const gate = createGate({ concurrency, queueLength })
  const pool = createDecoderPool({
    size: concurrency,
    budget: {
      timeoutMs: options.decodeTimeoutMs ?? 10_000,
      memoryByteSize: options.decodeMemoryByteSize ?? 1.5 * 1024 ** 3,
    },
    idleTimeoutMs: options.decoderIdleTimeoutMs ?? 60_000,
    onDecoderLost: options.onDecoderLost,
  })

  async function measure(source: ImageSource, format: PhotoFormat, wait?: WaitOptions): Promise<Measurement> {
    try {
      return readFacts(source, { format, limits, scanBudget: scanBudgetHere })
    } catch (error) {
      if (!(error instanceof ScanBudgetExceeded)) throw error
      return gate.run(() => pool.run('measure', source, { format, limits }), wait)
    }
  }

  return {
    inspect: (source, format, wait) => gate.run(() => pool.run('inspect', source, { format, limits }), wait),
    measure,
    render: (source, target, wait) => gate.run(() => pool.run('render', source, { target, limits }), wait),
    renderPreview(preview, target, wait) {
      const isReady = () => !pool.isAtWork(preview.pid)
      return gate.run(() => pool.run('renderPreview', preview, { target, limits }), { ...wait, isReady })
    },
    unpack: (source, target, wait) => gate.run(() => pool.run('unpack', source, { target, limits }), wait),
    versions: () => gate.run(() => pool.run('versions')),
    holdBack: () => gate.holdBack(),
    reconsider: () => gate.reconsider(),
    load: () => ({ ...gate.load(), decoders: pool.pids() }),
    warm: () => pool.warm(),
    async [Symbol.asyncDispose]() {
      await gate[Symbol.asyncDispose]()
      await pool[Symbol.asyncDispose]()
    },
  }
}
