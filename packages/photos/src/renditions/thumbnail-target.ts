import { defaultRenditionFormat, presets } from '@tintype/contract'
import type { ThumbnailTarget } from '@tintype/imaging'

/** The thumbnail that every photo has: the rendition `thumb` in the default format. */
export const thumbnailTarget = {
  ...presets.thumb,
  format: defaultRenditionFormat,
} satisfies ThumbnailTarget
