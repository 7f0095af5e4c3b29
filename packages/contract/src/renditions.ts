import type { RenditionFit, RenditionFormat } from './photo.ts'

/** Presets by name: boxes in pixels. */
export const presets = {
  thumb: { width: 300, height: 300, fit: 'inside' },
  square: { width: 300, height: 300, fit: 'cover' },
  preview: { width: 1280, height: 1280, fit: 'inside' },
} as const satisfies Record<string, { width: number; height: number; fit: RenditionFit }>

/** The width ladder: pixels, ascending. Few widths are cached well, and small steps waste little. */
export const ladder = [160, 320, 480, 640, 960, 1280, 1920, 2560, 3840] as const

/** The longest side that a rendition can have, in pixels. */
export const maxRenditionSide = 4096

/**
 * The longest side that a picture of a format can have, in pixels: WebP and JPEG by their own definition, AVIF by its
 * encoder. A rendition that would be longer is made smaller, in proportion.
 */
export const maxSideByFormat: Readonly<Record<RenditionFormat, number>> = {
  webp: 16_383,
  avif: 16_384,
  jpg: 65_535,
  png: 2_147_483_647,
}

/** Format of a rendition if none is given: keeps transparency, is smaller than JPEG, and every browser shows it. */
export const defaultRenditionFormat: RenditionFormat = 'webp'

/** What a rendition looks like. Without `width` and `height` it has the size of its original. */
export interface RenditionSpec {
  /** Pixels, 1 to 4096. */
  readonly width?: number | undefined
  /** Pixels, 1 to 4096. */
  readonly height?: number | undefined
  readonly fit: RenditionFit
  /** 1 to 100; absent: the format's default. */
  readonly quality?: number | undefined
}

/** The size that a caller chooses; an empty object means the thumbnail. */
export type RenditionChoice = Partial<RenditionSpec>

/**
 * The one name of a rendition, so that the same choice always has the same URL: a preset (`thumb`), a width of the ladder
 * (`w640`), or a custom size (`400x300-cover-q70`).
 */
export function nameRendition(choice: RenditionChoice): string {
  const { width, height, fit = 'inside', quality } = choice
  if (quality === undefined) {
    if (width === undefined && height === undefined) return 'thumb'
    const isOnLadder = height === undefined && fit === 'inside' && ladder.some((one) => one === width)
    if (isOnLadder) return `w${width}`
    for (const [name, preset] of Object.entries(presets)) {
      if (preset.width === width && preset.height === height && preset.fit === fit) return name
    }
  }
  const box = width === undefined && height === undefined ? presets.thumb : { width, height }
  return `${box.width ?? ''}x${box.height ?? ''}-${fit}${quality === undefined ? '' : `-q${quality}`}`
}

const customName =
  /^(?<width>[1-9]\d{0,3})?x(?<height>[1-9]\d{0,3})?-(?<fit>inside|cover|contain|fill)(?:-q(?<quality>[1-9]\d?|100))?$/

/**
 * Reads a rendition's name. `undefined` if `nameRendition` does not give this name, so that every rendition has exactly one
 * URL.
 */
export function parseRenditionName(
  name: string,
): (RenditionSpec & { readonly isCustom: boolean }) | undefined {
  if (Object.hasOwn(presets, name)) return { ...presets[name as keyof typeof presets], isCustom: false }
  const ladderWidth = ladder.find((width) => name === `w${width}`)
  if (ladderWidth !== undefined) return { width: ladderWidth, fit: 'inside', isCustom: false }
  const groups = customName.exec(name)?.groups
  if (!groups) return undefined
  const spec = {
    width: groups.width ? Number(groups.width) : undefined,
    height: groups.height ? Number(groups.height) : undefined,
    fit: groups.fit as RenditionFit,
    quality: groups.quality ? Number(groups.quality) : undefined,
  }
  const isInRange = Math.max(spec.width ?? 0, spec.height ?? 0) <= maxRenditionSide
  return isInRange && nameRendition(spec) === name ? { ...spec, isCustom: true } : undefined
}

/** The smallest width of the ladder that is at least `width` pixels; if none is, the widest. */
export function ladderWidthFor(width: number): number {
  return ladder.find((one) => one >= width) ?? ladder[ladder.length - 1] ?? width
}
