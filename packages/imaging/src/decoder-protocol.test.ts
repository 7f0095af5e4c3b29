import { TintypeError } from '@tintype/contract'
import { expect, test } from 'vitest'
import { fromFailure, toFailure } from './decoder-protocol.ts'

test('an error crosses with code, message, facts, time to come back, and the text of its cause', () => {
  const native = new Error('VipsJpeg: premature end of JPEG image')
  const error = new TintypeError('OVERLOADED', 'Later', {
    facts: { limit: 3 },
    retryAfterSeconds: 2,
    cause: native,
  })
  const crossed = fromFailure(structuredClone(toFailure(error)))
  expect(crossed).toBeInstanceOf(TintypeError)
  expect(crossed).toMatchObject({
    code: 'OVERLOADED',
    message: 'Later',
    facts: { limit: 3 },
    retryAfterSeconds: 2,
    cause: { message: 'Error: VipsJpeg: premature end of JPEG image', stack: native.stack },
  })
  expect(crossed.cause).toBeInstanceOf(Error)
})

test('B155 an error that is not ours becomes INTERNAL, and its text is only the cause', () => {
  const crossed = fromFailure(structuredClone(toFailure(new RangeError('/srv/secret is out of range'))))
  expect(crossed).toMatchObject({ code: 'INTERNAL', message: 'The image could not be processed' })
  expect(crossed.cause).toMatchObject({ message: 'RangeError: /srv/secret is out of range' })
})

test('an error without a cause has none behind', () => {
  expect(fromFailure(toFailure(new TintypeError('NOT_AN_IMAGE', 'No'))).cause).toBeUndefined()
})
