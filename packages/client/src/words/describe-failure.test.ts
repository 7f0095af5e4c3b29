import { TintypeError, type TintypeErrorCode } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { describeFailure } from './describe-failure.ts'
import { formatByteSize } from './format-byte-size.ts'

const mib = 1024 ** 2

describe('a failure is described', () => {
  test.each<[TintypeErrorCode, Record<string, unknown>, string]>([
    [
      'PAYLOAD_TOO_LARGE',
      { limit: 25 * mib, received: 31 * mib },
      'This file is 31 MB. Up to 25 MB is accepted.',
    ],
    ['PAYLOAD_TOO_LARGE', { limit: 25 * mib }, 'This file is too large. Up to 25 MB is accepted.'],
    ['PAYLOAD_TOO_LARGE', {}, 'This file is too large.'],
    [
      'FORBIDDEN',
      { needs: 'photos:delete' },
      'The key that is used may not do this. It needs the right photos:delete.',
    ],
    ['FORBIDDEN', {}, 'You are not allowed to do this.'],
    ['UNAUTHENTICATED', { reason: 'expired' }, 'Your access has expired. Sign in again.'],
  ])('%s with the facts %j', (code, facts, sentence) => {
    expect(describeFailure(new TintypeError(code, 'detail', { facts }))).toBe(sentence)
  })

  test('with the id of the request in the log, if the server failed', () => {
    const error = new TintypeError('INTERNAL', 'detail', { requestId: 'r-1' })
    expect(describeFailure(error)).toBe('Something went wrong on the server. Its id in the log is r-1.')
  })

  test('by its own detail, if that is the best', () => {
    expect(describeFailure(new TintypeError('INVALID_REQUEST', 'The title is too long'))).toBe(
      'The title is too long',
    )
  })

  test('if it is no error of Tintype', () => {
    for (const error of [new Error('secret'), undefined, 'text'])
      expect(describeFailure(error)).toBe('Something went wrong on this page. Reload it and try again.')
  })
})

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1,023 bytes'],
  [1536, '2 kB'],
  [2.44 * mib, '2.4 MB'],
  [3 * 1024 * mib, '3 GB'],
])('%d bytes are written as %s', (byteSize, text) => {
  expect(formatByteSize(byteSize)).toBe(text)
})
