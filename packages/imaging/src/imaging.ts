import type { PhotoFormat } from '@tintype/contract'
import { createGate, type GateLoad, type GateOptions } from './gate.ts'
import type { ImageLimits, ImageSource, Inspection, Preview, RenderedImage, RenderTarget } from './image.ts'
import { inspectImage } from './inspect-image.ts'
import { loadSharp } from './load-sharp.ts'
import { renderImage } from './render-image.ts'

/** How imaging behaves. */
export interface ImagingOptions extends GateOptions {
  readonly limits: ImageLimits
}

/** Whether the caller still waits. Aborting takes the task out of the queue; what has started runs to its end. */
export interface WaitOptions {
  readonly signal?: AbortSignal | undefined
}

/**
 * Pixels, a bounded number of images at once. Disposing it refuses what waits and resolves when what runs has
 * ended.
 *
 * Every method throws a `TintypeError` and nothing else; besides its own codes `OVERLOADED` where the queue is
 * full or file descriptors ran out, `ABORTED`, and `INTERNAL` where the decoder or a file is missing.
 */
export interface Imaging extends AsyncDisposable {
  /**
   * Measures an image and proves that all of it decodes, by decoding it once into its preview.
   *
   * @param source must not change until this settles
   * @param format what `identify` said of its first bytes
   * @throws TOO_MANY_PIXELS decided from the header, with `width`, `height`, `frames`, `pixels` and `limit`
   * @throws UNREADABLE_IMAGE where it is damaged, incomplete, or not what its first bytes announced
   * @throws NOT_AN_IMAGE where it proves to be a format that is not accepted, such as HEIC behind AVIF's brand
   */
  inspect(source: ImageSource, format: PhotoFormat, options?: WaitOptions): Promise<Inspection>

  /**
   * Makes a smaller image of an original, or of a preview where the target fits inside it (which spares the
   * decoding): upright, in sRGB, without metadata, never enlarged. The same arguments give the same bytes.
   *
   * @throws UNREADABLE_IMAGE, TOO_MANY_PIXELS, NOT_AN_IMAGE as `inspect`
   */
  render(source: ImageSource | Preview, target: RenderTarget, options?: WaitOptions): Promise<RenderedImage>

  /** How many images are being worked on and how many wait. */
  load(): GateLoad

  /**
   * Loads the decoder now instead of with the first image, and tells the version of each of its libraries.
   *
   * @throws INTERNAL where it is missing, too old or unsafe
   */
  versions(): Promise<Readonly<Record<string, string>>>
}

/**
 * Wires imaging. sharp is loaded by the first image, not here.
 *
 * sharp works on libuv's thread pool: a `concurrency` above `UV_THREADPOOL_SIZE` (4) leaves images waiting there.
 */
export function createImaging({ limits, concurrency, queueLength }: ImagingOptions): Imaging {
  const gate = createGate({ concurrency, queueLength })
  return {
    inspect: (source, format, options) => gate.run(() => inspectImage(source, { format, limits }), options),
    render: (source, target, options) => gate.run(() => renderImage(source, { target, limits }), options),
    load: () => gate.load(),
    async versions() {
      const { versions } = await loadSharp()
      return Object.fromEntries(Object.entries(versions).map(([name, version]) => [name, version ?? '']))
    },
    [Symbol.asyncDispose]: () => gate[Symbol.asyncDispose](),
  }
}
