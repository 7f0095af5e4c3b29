import { defaultRenditionFormat, ladder, type RenditionFormat, type SystemLimits } from '@tintype/contract'

/** What is made before its first view: the thumbnail, also the rendition of grids, or also the whole ladder. */
export type EagerRenditions = 'thumb' | 'grid' | 'ladder'

/** Grids of photos show it on most screens. */
export const gridRendition = 'w480'

/** A photo that is not wider has a smaller rendition, or a thumbnail, that a grid shows instead. */
export const narrowForGridPx = 320

/**
 * The formats of the ladder: the smallest one, and the one that every browser shows.
 */
export const ladderFormats = ['avif', 'webp'] as const satisfies readonly RenditionFormat[]

/** The renditions made in advance, as clients see them. */
export function listEager(eager: EagerRenditions): SystemLimits['eager'] {
  const thumbnail = { thumb: [defaultRenditionFormat] }
  if (eager === 'thumb') return thumbnail
  if (eager === 'grid') return { ...thumbnail, [gridRendition]: [defaultRenditionFormat] }
  return { ...thumbnail, ...Object.fromEntries(ladder.map((width) => [`w${width}`, ladderFormats])) }
}
