import { expect, test } from 'vitest'
import { TintypeError } from './errors.ts'
import { type Failure, fromFailure, toFailure } from './failure.ts'

/** Plain data survives whatever carries it. */
const cross = (failure: Failure): Failure => JSON.parse(JSON.stringify(failure))

test('an error keeps its code, message, facts, retry time and the text of its cause', () => {
  const native = new Error('VipsJpeg: premature end of JPEG image')
  const error = new TintypeError('OVERLOADED', 'Later', {
    facts: { limit: 3 },
    retryAfterSeconds: 2,
    cause: native,
  })
  const crossed = fromFailure(cross(toFailure(error, 'It failed')))
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

test('B155 an error that is not a TintypeError becomes INTERNAL, with its text as cause only', () => {
  const crossed = fromFailure(cross(toFailure(new RangeError('/srv/secret is out of range'), 'It failed')))
  expect(crossed).toMatchObject({ code: 'INTERNAL', message: 'It failed' })
  expect(crossed.cause).toMatchObject({ message: 'RangeError: /srv/secret is out of range' })
})

test('an error without a cause keeps none', () => {
  expect(fromFailure(toFailure(new TintypeError('NOT_AN_IMAGE', 'No'), 'It failed')).cause).toBeUndefined()
})
