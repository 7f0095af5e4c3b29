import { isTintypeError, type PhotoFormat, TintypeError } from '@tintype/contract'

const formatNames = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  gif: 'GIF',
  avif: 'AVIF',
} as const satisfies Record<PhotoFormat, string>

/** The common spelling of a format's name. */
export function formatName(format: PhotoFormat | undefined): string {
  return format ? formatNames[format] : 'image'
}

/**
 * Translates an error that the decoder threw. Its text contains paths and internals, so it becomes the cause and never
 * the message.
 *
 * @returns INTERNAL if the file is missing, OVERLOADED if the system has no memory for the decoder, TOO_MANY_PIXELS if the encoder cannot hold the result, otherwise
 * UNREADABLE_IMAGE; a `TintypeError` is returned unchanged
 */
export function toDecodeFailure(error: unknown, format: PhotoFormat | undefined): TintypeError {
  if (isTintypeError(error)) return error
  const text = error instanceof Error ? error.message : ''
  if (text.startsWith('Input file is missing'))
    return new TintypeError('INTERNAL', 'The stored image cannot be read', { cause: error })
  if (text.startsWith('Processed image is too large'))
    return new TintypeError('TOO_MANY_PIXELS', 'The rendition is too large for its format', { cause: error })
  // A limit of the decoder's own is exceeded by the image, whatever memory the machine has.
  if (/out of memory|cannot allocate memory|memory allocation/i.test(text) && !/limit/i.test(text))
    return new TintypeError(
      'OVERLOADED',
      'The server had too little memory to decode the image. Try again later',
      {
        cause: error,
        retryAfterSeconds: 10,
      },
    )
  const endsEarly = /premature end|unexpected end|truncated/i.test(text)
  return unreadable(format, endsEarly ? 'ends too early' : 'is damaged or incomplete', error)
}

/** UNREADABLE_IMAGE with a reason that completes "The JPEG …". */
export function unreadable(format: PhotoFormat | undefined, reason: string, cause?: unknown): TintypeError {
  return new TintypeError('UNREADABLE_IMAGE', `The ${formatName(format)} ${reason} and cannot be decoded`, {
    cause,
  })
}
