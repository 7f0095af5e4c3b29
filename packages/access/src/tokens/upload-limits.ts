import type { PhotoFormat } from '@tintype/contract'

/** What one upload has to meet. An absent limit limits nothing. */
export interface UploadBounds {
  /** Bytes. */
  readonly maxByteSize?: number | undefined
  /** Width × height; of an animation, of one frame. */
  readonly maxPixels?: number | undefined
  readonly formats?: readonly PhotoFormat[] | undefined
}

/** The bounds that meet all of the given ones: those of the server, a profile, a key and a token. */
export function narrowestBounds(...all: readonly UploadBounds[]): UploadBounds {
  return {
    maxByteSize: smallest(all.map(({ maxByteSize }) => maxByteSize)),
    maxPixels: smallest(all.map(({ maxPixels }) => maxPixels)),
    formats: all
      .map(({ formats }) => formats)
      .filter((formats) => formats !== undefined)
      .reduce<readonly PhotoFormat[] | undefined>(
        (common, formats) => common?.filter((one) => formats.includes(one)) ?? formats,
        undefined,
      ),
  }
}

function smallest(limits: readonly (number | undefined)[]): number | undefined {
  const known = limits.filter((limit) => limit !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
