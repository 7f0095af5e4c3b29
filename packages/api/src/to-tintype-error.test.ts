import { isErrorCode, TintypeError } from '@tintype/contract'
import { photoListInput } from '@tintype/contract/schemas'
import { TRPCError } from '@trpc/server'
import { describe, expect, test } from 'vitest'
import { toTintypeError } from './to-tintype-error.ts'

describe('errors of tRPC in the codes of the one table', () => {
  test('what a use-case threw comes back itself', () => {
    const own = new TintypeError('STORAGE_FULL', 'full', { retryAfterSeconds: 3 })
    expect(toTintypeError(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: own }))).toBe(own)
  })

  test('problems that a schema found are listed by field, ten at most', () => {
    const { error: cause } = photoListInput.safeParse({ limit: 0, cursor: 5, x: 1 })
    const error = toTintypeError(new TRPCError({ code: 'BAD_REQUEST', cause }))
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', status: 400 })
    const issues = expect.arrayContaining([
      expect.stringMatching(/^limit: /),
      expect.stringMatching(/^cursor: /),
    ])
    expect(error.facts).toEqual({ issues })
    const many = Object.assign(new Error('many'), {
      issues: Array.from({ length: 50 }, (_, at) => ({ path: [at], message: 'wrong' })),
    })
    const { facts } = toTintypeError(new TRPCError({ code: 'BAD_REQUEST', cause: many }))
    expect('issues' in facts && facts.issues).toHaveLength(10)
  })

  test('JSON that cannot be parsed is INVALID_REQUEST, and the message has the position', () => {
    let cause: unknown
    try {
      JSON.parse('{"a":}')
    } catch (error) {
      cause = error
    }
    const error = toTintypeError(new TRPCError({ code: 'BAD_REQUEST', message: 'x', cause }))
    expect(error.code).toBe('INVALID_REQUEST')
    expect(error.message).toMatch(/^The input is not valid JSON: .*Unexpected token/)
  })

  test.each([
    ['PARSE_ERROR', 'INVALID_REQUEST'],
    ['BAD_REQUEST', 'INVALID_REQUEST'],
    ['NOT_FOUND', 'ROUTE_NOT_FOUND'],
    ['METHOD_NOT_SUPPORTED', 'METHOD_NOT_ALLOWED'],
    ['PAYLOAD_TOO_LARGE', 'PAYLOAD_TOO_LARGE'],
    ['UNSUPPORTED_MEDIA_TYPE', 'UNSUPPORTED_MEDIA_TYPE'],
  ] as const)('%s is %s', (code, own) => {
    expect(toTintypeError(new TRPCError({ code, message: 'why' }))).toMatchObject({
      code: own,
      message: 'why',
    })
  })

  test.each(['INTERNAL_SERVER_ERROR', 'TIMEOUT', 'CLIENT_CLOSED_REQUEST', 'UNAUTHORIZED'] as const)(
    'B293: %s is unexpected, and its message reveals nothing',
    (code) => {
      const thrown = new TRPCError({ code, message: 'SELECT secret', cause: new Error('/srv/secret') })
      const error = toTintypeError(thrown)
      expect(error).toMatchObject({ code: 'INTERNAL', facts: {}, cause: thrown })
      expect(isErrorCode(error.code)).toBe(true)
      expect(error.message).not.toContain('secret')
    },
  )
})
