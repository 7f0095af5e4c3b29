import { TintypeError } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { explainOpenFailure } from './explain-failure.ts'
import { isConnectionLost, isPassing, isSureFailure, toCatalogError } from './postgres-error.ts'

/** An error as pg makes it of the server's answer. */
function serverError(code: string, severity = 'ERROR'): Error {
  return Object.assign(new Error('native'), { code, severity })
}

describe('errors of PostgreSQL', () => {
  test.each([
    ['53100', 'STORAGE_FULL'],
    ['40001', 'CATALOG_UNAVAILABLE'],
    ['40P01', 'CATALOG_UNAVAILABLE'],
    ['53300', 'CATALOG_UNAVAILABLE'],
    ['55P03', 'CATALOG_UNAVAILABLE'],
    ['57014', 'CATALOG_UNAVAILABLE'],
    ['57P01', 'CATALOG_UNAVAILABLE'],
    ['25006', 'CATALOG_UNAVAILABLE'],
    ['08006', 'CATALOG_UNAVAILABLE'],
    ['42601', 'INTERNAL'],
    ['23505', 'INTERNAL'],
  ])('%s becomes %s', (code, expected) => {
    const native = serverError(code)
    const error = toCatalogError(native)
    expect(error).toMatchObject({ code: expected, cause: native })
    expect(error.message).not.toContain('native')
  })

  test('of the network become CATALOG_UNAVAILABLE, of our own code INTERNAL', () => {
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    expect(toCatalogError(reset)).toMatchObject({ code: 'CATALOG_UNAVAILABLE', retryAfterSeconds: 1 })
    expect(toCatalogError(new TypeError('x is not a function')).code).toBe('INTERNAL')
    expect(isPassing(new TypeError('x is not a function'))).toBe(false)
    const own = new TintypeError('INVALID_REQUEST', 'no')
    expect(toCatalogError(own)).toBe(own)
  })

  test('B195 a statement is known to have failed only if the server says so and stays', () => {
    expect(isSureFailure(serverError('23505'))).toBe(true)
    expect(isSureFailure(serverError('57014'))).toBe(true)
    expect(isSureFailure(serverError('57P01', 'FATAL'))).toBe(false)
    expect(isSureFailure(new Error('Connection terminated unexpectedly'))).toBe(false)
    expect(isSureFailure(new Error('Query read timeout'))).toBe(false)
  })

  test('a server that became read-only loses its connection, a statement that was cancelled does not', () => {
    expect(isConnectionLost(serverError('25006'))).toBe(true)
    expect(isConnectionLost(serverError('57P01', 'FATAL'))).toBe(true)
    expect(isConnectionLost(serverError('57014'))).toBe(false)
    expect(isConnectionLost(serverError('23505'))).toBe(false)
  })
})

test.each([
  [serverError('28P01', 'FATAL'), /refused the user name or the password/],
  [serverError('3D000', 'FATAL'), /database does not exist/],
  [serverError('42501'), /may not create tables/],
  [new Error('The server does not support SSL connections'), /sslmode=disable/],
  [
    Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
    /sslrootcert=/,
  ],
  [Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), /does not accept connections/],
])('an opening that fails with %s says what to do', (native, expected) => {
  const wrapped = new TintypeError('CATALOG_UNAVAILABLE', 'unreachable', { cause: native })
  for (const error of [native, wrapped])
    expect(explainOpenFailure(error)).toMatchObject({
      code: 'CATALOG_UNAVAILABLE',
      message: expect.stringMatching(expected),
      cause: native,
    })
})
