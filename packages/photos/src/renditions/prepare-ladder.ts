import type { PhotoRecord } from '@tintype/catalog'
import { ladder, type RenditionFormat } from '@tintype/contract'
import { type ImageSource, type PixelFile, renditionSize, type Size } from '@tintype/imaging'
import { openOriginal, type RenditionDependencies } from './make-rendition.ts'

/** What pages choose from: the smallest format, and the one that every browser shows. The dearer one begins. */
const ladderFormats = ['avif', 'webp'] as const satisfies readonly RenditionFormat[]

/**
 * Most pixels of a rung that is made ahead, 100 MB with transparency: a strip of 3840 × 25 000 px would take four
 * times that on the disk, and is left to its first view.
 */
const maxRungPixels = 25_000_000

/** How a ladder is made. */
export interface LadderMaking {
  /** Aborted where the rest is to be left to its first view. */
  readonly signal: AbortSignal
  /** Makes one rendition out of pixels that have its size already. Never rejects: its failure aborts the signal. */
  readonly make: (name: string, format: RenditionFormat, pixels: PixelFile) => Promise<void>
}

/**
 * Makes every width of the ladder that a photo has. The original is decoded once, each rung made from the next larger
 * one, and their pixels wait in files: so every decoder can work on it, one rendition at a time, and none is held up
 * for longer than the largest takes.
 *
 * @throws the signal's reason; PHOTO_NOT_FOUND, and what imaging and staging throw
 */
export async function prepareLadder(
  photo: PhotoRecord,
  { signal, make }: LadderMaking,
  { staging, blobs, imaging }: RenditionDependencies,
): Promise<void> {
  await using scratch = new AsyncDisposableStack()
  const making: Promise<void>[] = []
  try {
    let source: ImageSource | PixelFile = await openOriginal(photo, blobs)
    for (const { name, size } of rungsOf(photo)) {
      signal.throwIfAborted()
      const { path } = scratch.use(await staging.makeScratchFile())
      const pixels = await imaging.unpack(source, { size, path }, { signal, isPatient: () => true })
      making.push(...ladderFormats.map((format) => make(name, format, pixels)))
      source = pixels
    }
  } finally {
    await Promise.all(making) // they read the files
  }
  signal.throwIfAborted()
}

/** Widest first, each with the size that its rendition has. */
export function rungsOf(photo: Size): { readonly name: string; readonly size: Size }[] {
  const widths = ladder.filter((width) => width <= photo.width).reverse()
  const rungs = widths.map((width) => ({
    name: `w${width}`,
    size: renditionSize(photo, { width, fit: 'inside' }),
  }))
  return rungs.filter(({ size }) => size.width * size.height <= maxRungPixels)
}
