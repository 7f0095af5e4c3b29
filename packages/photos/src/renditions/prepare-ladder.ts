import type { PhotoRecord } from '@tintype/catalog'
import { ladder, type RenditionFormat } from '@tintype/contract'
import { type RawImageFile, renditionSize, type Size } from '@tintype/imaging'
import type { ScratchFile } from '@tintype/storage'
import { ladderFormats } from './eager-renditions.ts'
import type { RenditionDependencies } from './make-rendition.ts'
import { openOriginal } from './open-original.ts'

/**
 * Most pixels of a rung that is made in the background: 100 MB with transparency. A strip of 3840 × 25 000 px would need
 * four times that on the disk, and is made on its first view.
 */
const maxRungPixels = 25_000_000

/** How a ladder is made. */
export interface LadderSteps {
  /** Aborted if the rest is to be made on first view. */
  readonly signal: AbortSignal
  /** Makes one rendition of pixels that have its size. Never rejects: its failure aborts the signal. */
  readonly make: (name: string, format: RenditionFormat, pixels: RawImageFile) => Promise<void>
}

/**
 * Makes every width of the ladder that a photo has. The original is decoded once, each rung is made from the next larger
 * one, and their pixels wait in files. Every decoder can work on them, one rendition at a time, and none is busy for
 * longer than the largest takes.
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
    let larger: RawImageFile | undefined
    for (const { name, size } of rungsOf(photo)) {
      signal.throwIfAborted()
      const file = scratch.use(await deps.staging.makeScratchFile())
      const pixels = await decodeRung({ photo, larger, size, file, signal }, deps)
      making.push(...ladderFormats.map((format) => make(name, format, pixels)))
      larger = pixels
    }
  } finally {
    await Promise.all(making) // they read the files
  }
  signal.throwIfAborted()
}

interface Rung {
  readonly photo: PhotoRecord
  /** The next larger rung; absent for the largest one. */
  readonly larger: RawImageFile | undefined
  readonly size: Size
  readonly file: ScratchFile
  readonly signal: AbortSignal
}

async function decodeRung(
  { photo, larger, size, file, signal }: Rung,
  deps: RenditionDependencies,
): Promise<RawImageFile> {
  const target = { size, path: file.path }
  const wait = { signal, lane: 'background' } as const
  if (larger) return deps.imaging.decodeToFile(larger, target, wait)
  return deps.imaging.decodeToFile(() => openOriginal(photo, deps), target, wait)
}

/** Widest first, each with the size of its rendition. */
export function rungsOf(photo: Size): { readonly name: string; readonly size: Size }[] {
  const widths = ladder.filter((width) => width <= photo.width).reverse()
  const rungs = widths.map((width) => ({
    name: `w${width}`,
    size: renditionSize(photo, { width, fit: 'inside' }),
  }))
  return rungs.filter(({ size }) => size.width * size.height <= maxRungPixels)
}
