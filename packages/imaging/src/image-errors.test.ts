import { TintypeError } from '@tintype/contract'
import { expect, test } from 'vitest'
import { toDecodeFailure } from './image-errors.ts'

test.each([
  ['vips_malloc: out of memory --- size == 432MB', 'OVERLOADED'],
  ['heif: Memory allocation error: Unspecified', 'OVERLOADED'],
  ['heif: Memory allocation error: Security limit exceeded', 'UNREADABLE_IMAGE'],
  ['VipsJpeg: premature end of JPEG image', 'UNREADABLE_IMAGE'],
  ['Input file is missing: /tmp/a', 'INTERNAL'],
  ['Processed image is too large for the WebP format', 'TOO_MANY_PIXELS'],
])('B155 %s is %s, with the native error as its cause', (message, code) => {
  const cause = new Error(message)
  const failure = toDecodeFailure(cause, 'avif')
  expect(failure).toMatchObject({ code, cause })
  expect(failure.message).not.toContain(message)
})

test('an error of ours is returned as it is', () => {
  const error = new TintypeError('TOO_MANY_PIXELS', 'Too many')
  expect(toDecodeFailure(error, 'png')).toBe(error)
})
