import { type PhotoFormat, TintypeError } from '@tintype/contract'
import type { DecoderLoss } from './decoders/decoder-loss.ts'
import { createDecoderPool, type DecoderPool } from './decoders/decoder-pool.ts'
import { ScanBudgetExceeded } from './formats/byte-reader.ts'
import { readFacts } from './formats/read-header.ts'
import type {
  DecodedImage,
  FormatsTarget,
  ImageFacts,
  ImageLimits,
  ImageSource,
  RenderedImage,
  RenderTarget,
  ThumbnailTarget,
} from './image.ts'
import type { RequestLane } from './queue/turn-order.ts'
import {
  createWorkQueue,
  type Turn,
  type WaitOptions,
  type WorkQueueLoad,
  type WorkQueueOptions,
} from './queue/work-queue.ts'

/** How imaging behaves. */
export interface ImagingOptions {
  readonly limits: ImageLimits
  /** Images that are processed at once, each in a child process of its own. */
  readonly concurrency: number
  /** Whether one more image may be processed, for a caller of which none is. @default false */
  readonly hasSpare?: boolean | undefined
  /** Uploads, and views, that may wait for a child process; more are refused. Background work has a lane of its own. */
  readonly queueLength: number | Readonly<Record<RequestLane, number>>
  /** How long a request may wait for a child process, in milliseconds; 30 000 if absent. */
  readonly maxWaitMs?: number | undefined
  /** Called when work on an image begins, with the milliseconds that it has waited. */
  readonly onStart?: WorkQueueOptions['onStart']
  /** Milliseconds of processor time that one image may take; 10 000 if absent. Without `/proc` time that passes. */
  readonly decodeCpuMs?: number | undefined
  /** Wall-clock milliseconds that one image may take, on a machine however busy; 60 000 if absent. */
  readonly decodeTimeoutMs?: number | undefined
  /** Bytes of memory that a child process may have resident (Linux); 1.5 GiB if absent. */
  readonly decodeMemoryByteSize?: number | undefined
  /** How long a child process without work is kept, in milliseconds; 60 000 if absent. */
  readonly decoderIdleTimeoutMs?: number | undefined
  /** Called for every child process that had to be killed or that died, for the log. */
  readonly onDecoderLost?: ((loss: DecoderLoss) => void) | undefined
}

/**
 * Opens an original when its turn has come, and not while it waits: at most `concurrency` are open at once. It is disposed
 * after the work on it. What opening throws is what the request throws.
 */
export type OpenImage = () => Promise<{ readonly path: string } & AsyncDisposable>

/** How an upload is inspected. */
export interface InspectOptions extends WaitOptions {
  /** Width × height of this image, if fewer are allowed than of others. Decided from the header. */
  readonly maxPixels?: number | undefined
}

/** How busy imaging is. */
export interface ImagingLoad extends WorkQueueLoad {
  /** Ids of the existing child processes, at work or not. */
  readonly decoders: readonly number[]
}

/**
 * Processes a bounded number of images at once, each in a child process that is killed if it takes too long or too much
 * memory. An image that harms its decoder affects only its own request (B143–B146). Disposing it refuses waiting requests,
 * waits for running ones, and leaves no process.
 *
 * A request whose signal is aborted is removed from the queue. What has started runs to its end: to kill its process
 * would cost the next caller a start, which takes longer than nearly every image, and clients could make the server
 * start processes by hanging up. The deadline ends the few that take long.
 *
 * Besides its own codes every method throws `OVERLOADED` if the queue is full, if the request has waited too long, or if the
 * machine has too little memory, processor time, file descriptors or processes; `INTERNAL` if the decoder or a file is missing; and a signal's reason, as it is, if the signal was aborted.
 * Background work throws `ABORTED` if newer background work took its place in the queue.
 */
export interface Imaging extends AsyncDisposable {
  /**
   * Reads an image's facts and makes its thumbnail, in one job: the image is decoded once and completely, which proves that
   * it decodes. No pixels are kept.
   *
   * @param source must not change until this settles
   * @param format what `identify` returned for its first bytes
   * @throws TOO_MANY_PIXELS decided from the header, with `width`, `height`, `frames`, `pixels` and `limit`; or
   * if decoding takes too much processor time or memory, with `cpuMs` or `memoryByteSize`
   * @throws UNREADABLE_IMAGE if it is damaged, incomplete, not what its first bytes announced, or if two decoders in a
   * row died of it
   * @throws NOT_AN_IMAGE if it proves to be a format that is not accepted, such as HEIC with AVIF's brand
   */
  inspect(
    source: ImageSource | OpenImage,
    format: PhotoFormat,
    options: InspectOptions & { readonly thumbnail: ThumbnailTarget },
  ): Promise<DecodedImage>

  /**
   * Reads an image's facts from its header and structure alone. Whether it decodes is unknown then, and `placeholder` is
   * empty. This process reads it at once, unless that is more work than it may do beside all other requests (B310): then a
   * child process does.
   *
   * @throws TOO_MANY_PIXELS, UNREADABLE_IMAGE, NOT_AN_IMAGE as far as header and structure show it
   */
  readFacts(source: ImageSource, format: PhotoFormat, options?: InspectOptions): Promise<ImageFacts>

  /**
   * Makes a smaller image of an original: upright, in sRGB, without metadata, never enlarged. The same arguments return
   * the same bytes.
   *
   * @throws UNREADABLE_IMAGE, TOO_MANY_PIXELS, NOT_AN_IMAGE as `inspect`
   */
  render(source: ImageSource | OpenImage, target: RenderTarget, options?: WaitOptions): Promise<RenderedImage>

  /**
   * Makes one width of an original in several formats, in one job with one decode. Each has the bytes that `render` makes.
   *
   * @returns one image for each format, in their order
   * @throws UNREADABLE_IMAGE, TOO_MANY_PIXELS, NOT_AN_IMAGE as `inspect`
   */
  renderFormats(
    source: ImageSource | OpenImage,
    target: FormatsTarget,
    options?: WaitOptions,
  ): Promise<RenderedImage[]>

  /** Has waiting work of this `key` begun at the turn of this caller too, which waits for it now. @see WorkQueue.join */
  join(key: string, share: string): void

  /** @throws OVERLOADED if a caller that has nothing waiting would wait too long for a decoder now */
  assertTurn(): void

  /** How many images are being processed, how many wait, and in which processes. */
  load(): ImagingLoad

  /** Starts a process for an image that is about to come, unless one without work exists already. */
  warm(): void
}

/**
 * Bytes that may be read in this process to learn an image's facts: some 5 ms. A PNG of 25 MB as libpng writes it takes
 * nine tenths of it, a JPEG of one scan next to nothing.
 */
const scanBudgetHere = 2 * 1024 * 1024

/** More than a burst of header-only uploads, and more than the widths of one ladder. */
const backgroundQueueLength = 64

/** Wires imaging. No process is started before `warm` or the first image; this process never loads sharp. */
export function createImaging(options: ImagingOptions): Imaging {
  const { limits, concurrency, hasSpare = false, queueLength, onStart } = options
  const maxWaitMs = options.maxWaitMs ?? 30_000
  const lengths = typeof queueLength === 'number' ? { uploads: queueLength, views: queueLength } : queueLength
  const queue = createWorkQueue({
    concurrency,
    hasSpare,
    lengths: { ...lengths, background: backgroundQueueLength },
    maxWaitMs,
    onStart,
  })
  const size = concurrency + (hasSpare ? 1 : 0)
  const pool = createDecoderPool({
    size,
    lowSize: Math.min(Math.max(concurrency - 1, 1), size - 1),
    budget: {
      cpuMs: options.decodeCpuMs ?? 10_000,
      timeoutMs: options.decodeTimeoutMs ?? 60_000,
      memoryByteSize: options.decodeMemoryByteSize ?? 1.5 * 1024 ** 3,
    },
    idleTimeoutMs: options.decoderIdleTimeoutMs ?? 60_000,
    onDecoderLost: options.onDecoderLost,
  })

  /** Runs a task in a decoder. If all usual ones are at work then, the spare one starts, before a caller needs it. */
  function decodeIn({ mayWait }: Turn): DecoderPool['run'] {
    return (task, ...args) => {
      const running = mayWait ? pool.runLow(task, ...args) : pool.run(task, ...args)
      if (hasSpare && queue.load().active >= concurrency) pool.warm()
      return running
    }
  }

  function queued<Source extends object, Result>(
    source: Source | OpenImage,
    work: (decode: DecoderPool['run'], source: Source | { readonly path: string }) => Promise<Result>,
    wait?: WaitOptions,
  ): Promise<Result> {
    return queue.run(async (turn) => {
      const decode = decodeIn(turn)
      if (typeof source !== 'function') return await work(decode, source)
      await using opened = await source()
      return await work(decode, { path: opened.path })
    }, wait)
  }

  async function readFactsAnywhere(
    source: ImageSource,
    format: PhotoFormat,
    { maxPixels, ...wait }: InspectOptions = {},
  ): Promise<ImageFacts> {
    const own = limitPixels(limits, maxPixels)
    try {
      return readFacts(source, { format, limits: own, scanBudget: scanBudgetHere })
    } catch (error) {
      if (!(error instanceof ScanBudgetExceeded)) throw error
      return queue.run((turn) => decodeIn(turn)('readFacts', source, { format, limits: own }), wait)
    }
  }

  return {
    inspect(source, format, { thumbnail, maxPixels, ...wait }) {
      const own = { format, limits: limitPixels(limits, maxPixels), thumbnail }
      return queued(source, (decode, image) => decode('inspect', image, own), wait)
    },
    readFacts: readFactsAnywhere,
    render(source, target, wait) {
      return queued(source, (decode, image) => decode('render', image, { target, limits }), wait)
    },
    renderFormats(source, target, wait) {
      return queued(source, (decode, image) => decode('renderFormats', image, { target, limits }), wait)
    },
    join: queue.join,
    assertTurn() {
      const waitMs = queue.load().nextTurnMs
      if (waitMs <= maxWaitMs) return
      const detail = 'So many callers wait for an image decoder that another one would wait too long'
      throw new TintypeError('OVERLOADED', detail, { retryAfterSeconds: Math.ceil(waitMs / 1000) })
    },
    load: () => ({ ...queue.load(), decoders: pool.pids() }),
    warm: () => pool.warm(),
    async [Symbol.asyncDispose]() {
      await queue[Symbol.asyncDispose]()
      await pool[Symbol.asyncDispose]()
    },
  }
}

function limitPixels(limits: ImageLimits, maxPixels = Number.POSITIVE_INFINITY): ImageLimits {
  return {
    ...limits,
    maxPixels: Math.min(limits.maxPixels, maxPixels),
    maxAvifPixels: Math.min(limits.maxAvifPixels, maxPixels),
  }
}
