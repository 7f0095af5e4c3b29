import type { PhotoRecord } from '@tintype/catalog'
import { ladder, maxSideByFormat, type RenditionFormat } from '@tintype/contract'
import { type RawImageFile, renditionSize, type Size } from '@tintype/imaging'
import { ladderFormats } from './eager-renditions.ts'
import type { RenditionDependencies } from './make-rendition.ts'
import { openOriginal } from './open-original.ts'

/**
 * Most pixels of a rung that is made in the background: 100 MB with transparency. A strip of 3840 × 25 000 px would need
 * four times that on the disk, and is made on its first view.
 */
const maxRungPixels = 25_000_000

/** A longer one is made smaller for its format, and then has no pixels in common with the other format. */
const maxRungSide = Math.min(...ladderFormats.map((format) => maxSideByFormat[format]))

/** How a ladder is made. */
export interface LadderSteps {
  /** Aborted if the rest is to be made on first view. */
  readonly signal: AbortSignal
  /** Makes one rendition of pixels that have its size. Never rejects: its failure aborts the signal. */
  readonly make: (name: string, format: RenditionFormat, pixels: RawImageFile) => Promise<void>
}

/**
 * Makes every width of the ladder that a photo has. For each width the original is decoded, and its pixels wait in a file for
 * both formats. Every decoder can work on them, one rendition at a time, and none is busy for longer than the largest takes.
 *
 * A rung is not made from the next larger one, which would save decodes: it would have other bytes than the rendition of a
 * request, and a rendition that is removed, or left out of a backup, is made by a request.
 *
 * @throws the signal's reason; PHOTO_NOT_FOUND, and errors of imaging and staging
 */
export async function prepareLadder(
  photo: PhotoRecord,
  { signal, make }: LadderSteps,
  deps: RenditionDependencies,
): Promise<void> {
  await using scratch = new AsyncDisposableStack()
  const making: Promise<void>[] = []
  try {
    for (const { name, size } of rungsOf(photo)) {
      signal.throwIfAborted()
      const file = scratch.use(await deps.staging.makeScratchFile())
      const target = { size, path: file.path }
      const open = () => openOriginal(photo, deps)
      const pixels = await deps.imaging.decodeToFile(open, target, { signal, lane: 'background' })
      making.push(...ladderFormats.map((format) => make(name, format, pixels)))
    }
  } finally {
    await Promise.all(making) // they read the files
  }
  signal.throwIfAborted()
}

/** Widest first, each with the size of its rendition. */
export function rungsOf(photo: Size): { readonly name: string; readonly size: Size }[] {
  const widths = ladder.filter((width) => width <= photo.width).reverse()
  const rungs = widths.map((width) => ({
    name: `w${width}`,
    size: renditionSize(photo, { width, fit: 'inside' }),
  }))
  return rungs.filter(
    ({ size }) =>
      size.width * size.height <= maxRungPixels && Math.max(size.width, size.height) <= maxRungSide,
  )
}
