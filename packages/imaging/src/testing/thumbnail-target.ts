import type { ThumbnailTarget } from '../image.ts'

/** The target of the thumbnail that every photo has. */
export const thumbnailTarget = {
  width: 300,
  height: 300,
  fit: 'inside',
  format: 'webp',
} as const satisfies ThumbnailTarget
