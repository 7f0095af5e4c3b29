import type { PhotoRecord } from '@tintype/catalog'
import { ladder, maxSideByFormat, type RenditionFormat, TintypeError } from '@tintype/contract'
import { type RenderedImage, renditionSize, type Size } from '@tintype/imaging'
import { renditionKey } from '../blob-keys.ts'
import { ladderFormats } from './eager-renditions.ts'
import { findIntact, type RenditionDependencies } from './make-rendition.ts'
import { openOriginal } from './open-original.ts'

/**
 * Most pixels of a rung that is made in the background: 100 MB with transparency. A strip of 3840 × 25 000 px would need
 * four times that in a decoder, for longer than other work should wait, and is made on its first view.
 */
const maxRungPixels = 25_000_000

/** A longer one is made smaller for its format, and then has no pixels in common with the other format. */
const maxRungSide = Math.min(...ladderFormats.map((format) => maxSideByFormat[format]))

/** How a ladder is made. */
export interface LadderSteps {
  /** Aborted if the rest is to be made on first view. */
  readonly signal: AbortSignal
  /** Whether a rendition is being made already. */
  readonly isBeingMade: (name: string, format: RenditionFormat) => boolean
  /** Stores a rendition when it is rendered. Never rejects: its failure aborts the signal. */
  readonly make: (name: string, format: RenditionFormat, rendered: Promise<RenderedImage>) => Promise<void>
}

/**
 * Makes every width of the ladder that a photo has. Each width is a job of its own, which decodes the original and makes both
 * formats: every decoder can work on the ladder, and none is busy for longer than the largest width takes.
 *
 * A rung is not made from the next larger one, which would save decodes: it would have other bytes than the rendition of a
 * request, and a rendition that is removed, or left out of a backup, is made by a request.
 *
 * @throws the signal's reason; errors of store and catalog
 */
export async function prepareLadder(
  photo: PhotoRecord,
  { signal, isBeingMade, make }: LadderSteps,
  deps: RenditionDependencies,
): Promise<void> {
  const open = () => openOriginal(photo, deps)
  const making: Promise<void>[] = []
  try {
    for (const { name, size } of rungsOf(photo)) {
      const missing = await listMissing(photo, name, deps)
      signal.throwIfAborted()
      const formats = missing.filter((format) => !isBeingMade(name, format))
      if (formats.length === 0) continue
      const keys = formats.map((format) => renditionKey(photo.id, name, format))
      const wait = { signal, lane: 'background', keys } as const
      const rendering = deps.imaging.renderFormats(open, { width: size.width, formats }, wait)
      making.push(
        ...formats.map((format, at) =>
          make(
            name,
            format,
            rendering.then((all) => imageAt(all, at)),
          ),
        ),
      )
    }
  } finally {
    await Promise.all(making)
  }
  signal.throwIfAborted()
}

/** The formats that a width does not have yet, or of which the bytes are lost. */
async function listMissing(photo: PhotoRecord, name: string, deps: RenditionDependencies) {
  const found = await Promise.all(ladderFormats.map((format) => findIntact({ photo, name, format }, deps)))
  return ladderFormats.filter((_format, at) => !found[at])
}

function imageAt(images: readonly RenderedImage[], at: number): RenderedImage {
  const image = images[at]
  if (!image) throw new TintypeError('INTERNAL', 'A decoder returned fewer images than formats')
  return image
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
