import { TintypeError } from '@tintype/contract'
import { assertSharpIsSafe } from './sharp-version.ts'

/** The decoder. Its types may be named elsewhere in this package; it is loaded only here. */
export type Sharp = typeof import('sharp')['default']

/** A pipeline of the decoder. */
export type SharpPipeline = import('sharp').Sharp

/** Loaders that may read bytes; every other one (SVG, TIFF, PDF, Ultra HDR, raw dumps …) stays blocked (B107). */
const loaders = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].flatMap((format) => [
  `VipsForeignLoad${format}File`,
  `VipsForeignLoad${format}Buffer`,
])

let loading: Promise<Sharp> | undefined

/**
 * Loads sharp, once a process, when the first image needs it: it costs about 100 ms and 20 MiB.
 *
 * @throws INTERNAL if it is missing for this platform or fails `assertSharpIsSafe`
 */
export function loadSharp(): Promise<Sharp> {
  loading ??= load()
  return loading
}

async function load(): Promise<Sharp> {
  const { default: sharp } = await import('sharp').catch((error: unknown) => {
    throw new TintypeError('INTERNAL', 'The image decoder cannot be loaded', { cause: error })
  })
  // Every upload is another image: a cache of operations would only use memory and keep other photos' pixels.
  sharp.cache(false)
  // One thread an image and several images at once gave more thumbnails a second than the reverse.
  sharp.concurrency(1)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: loaders })
  const { file, buffer, stream } = sharp.format.magick.input
  assertSharpIsSafe({ ...sharp.versions }, [file, buffer, stream])
  return sharp
}
