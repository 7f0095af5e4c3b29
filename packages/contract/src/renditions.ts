import type { RenditionFit, RenditionFormat } from './photo.ts'

/** Presets by name: boxes in pixels. */
export const presets = {
  thumb: { width: 300, height: 300, fit: 'inside' },
  square: { width: 300, height: 300, fit: 'cover' },
  preview: { width: 1280, height: 1280, fit: 'inside' },
} as const satisfies Record<string, { width: number; height: number; fit: RenditionFit }>

/** The width ladder: pixels, ascending. Wide enough apart to cache well, near enough to waste little. */
export const ladder = [160, 320, 480, 640, 960, 1280, 1920, 2560, 3840] as const

/** The longest side a rendition can be asked for, in pixels. */
export const maxRenditionSide = 4096

/** Format of a thumbnail when none is asked for: keeps transparency, smaller than JPEG, shown everywhere. */
export const defaultRenditionFormat: RenditionFormat = 'webp'

/** What a rendition looks like. Without `width` and `height` it has the size of its original. */
export interface RenditionSpec {
  /** Pixels, 1 to 4096. */
  readonly width?: number | undefined
  /** Pixels, 1 to 4096. */
  readonly height?: number | undefined
  readonly fit: RenditionFit
  /** 1 to 100; the format's own default where absent. */
  readonly quality?: number | undefined
}

/** A choice of size as callers make it; nothing at all means the thumbnail. */
export type RenditionChoice = Partial<RenditionSpec>

/**
 * The one name of a rendition, so that the same wish always meets the same URL: a preset (`thumb`), a rung of
 * the ladder (`w640`), or a custom size (`400x300-cover-q70`).
 */
export function nameRendition(choice: RenditionChoice): string {
  const { width, height, fit = 'inside', quality } = choice
  if (quality === undefined) {
    if (width === undefined && height === undefined) return 'thumb'
    const isRung = height === undefined && fit === 'inside' && ladder.some((rung) => rung === width)
    if (isRung) return `w${width}`
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
 * Reads a rendition's name back. `undefined` where it is no name that `nameRendition` gives, so that every
 * rendition has one URL and no more.
 */
export function parseRenditionName(
  name: string,
): (RenditionSpec & { readonly isCustom: boolean }) | undefined {
  if (Object.hasOwn(presets, name)) return { ...presets[name as keyof typeof presets], isCustom: false }
  const rung = ladder.find((width) => name === `w${width}`)
  if (rung !== undefined) return { width: rung, fit: 'inside', isCustom: false }
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

/** The smallest rung of the ladder that is at least `width` pixels; the widest where none is. */
export function rungFor(width: number): number {
  return ladder.find((rung) => rung >= width) ?? ladder[ladder.length - 1] ?? width
}
