import { isTintypeError, type PhotoFormat, TintypeError } from '@tintype/contract'

const formatNames = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  gif: 'GIF',
  avif: 'AVIF',
} as const satisfies Record<PhotoFormat, string>

/** A format's name as people write it. */
export function formatName(format: PhotoFormat | undefined): string {
  return format ? formatNames[format] : 'image'
}

/**
 * Translates the decoder's error. Its text names paths and is written by libraries for their authors: it becomes the
 * cause and never the message.
 *
 * @returns INTERNAL if the file is gone, UNREADABLE_IMAGE for the rest; a `TintypeError` as it is
 */
export function toDecodeFailure(error: unknown, format: PhotoFormat | undefined): TintypeError {
  if (isTintypeError(error)) return error
  const text = error instanceof Error ? error.message : ''
  if (text.startsWith('Input file is missing'))
    return new TintypeError('INTERNAL', 'The stored image cannot be read', { cause: error })
  const endsEarly = /premature end|unexpected end|truncated/i.test(text)
  return unreadable(format, endsEarly ? 'ends too early' : 'is damaged or incomplete', error)
}

/** UNREADABLE_IMAGE with a reason that completes "The JPEG …". */
export function unreadable(format: PhotoFormat | undefined, reason: string, cause?: unknown): TintypeError {
  return new TintypeError('UNREADABLE_IMAGE', `The ${formatName(format)} ${reason} and cannot be decoded`, {
    cause,
  })
}
