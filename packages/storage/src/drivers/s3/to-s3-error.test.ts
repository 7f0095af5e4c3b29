import { inspect } from 'node:util'
import { TintypeError } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { explainRefusal } from './explain-refusal.ts'
import { toS3Error } from './to-s3-error.ts'

/** An error as the SDK throws it. */
function sdkError(name: string, httpStatusCode?: number, more: object = {}): Error {
  return Object.assign(new Error('says the engine'), { name, $metadata: { httpStatusCode }, ...more })
}
const networkError = (code: string) => Object.assign(new Error(`connect ${code}`), { code })

describe('toS3Error', () => {
  test.each([
    ['STORAGE_UNAVAILABLE', sdkError('SlowDown', 503)],
    ['STORAGE_UNAVAILABLE', sdkError('InternalError', 500)],
    ['STORAGE_UNAVAILABLE', sdkError('Unknown', 502)],
    ['STORAGE_UNAVAILABLE', sdkError('TooManyRequests', 429)],
    ['STORAGE_UNAVAILABLE', sdkError('RequestTimeout', 400)],
    ['STORAGE_UNAVAILABLE', sdkError('ExpiredToken', 400)],
    ['STORAGE_UNAVAILABLE', sdkError('AccessDenied', 403)],
    ['STORAGE_UNAVAILABLE', sdkError('403', 403)],
    ['STORAGE_UNAVAILABLE', sdkError('PermanentRedirect', 301)],
    ['STORAGE_UNAVAILABLE', sdkError('NoSuchBucket', 404)],
    ['STORAGE_UNAVAILABLE', sdkError('ConditionalRequestConflict', 409)],
    ['STORAGE_UNAVAILABLE', sdkError('CredentialsProviderError')],
    ['STORAGE_UNAVAILABLE', sdkError('TimeoutError')],
    ['STORAGE_UNAVAILABLE', sdkError('AbortError')],
    ['STORAGE_UNAVAILABLE', networkError('ECONNRESET')],
    ['STORAGE_UNAVAILABLE', networkError('ENOTFOUND')],
    ['STORAGE_UNAVAILABLE', sdkError('SyntaxError', undefined, { $response: { statusCode: 503 } })],
    ['STORAGE_FULL', sdkError('QuotaExceeded', 403)],
    ['STORAGE_FULL', sdkError('Unknown', 507)],
    ['INTERNAL', sdkError('BadDigest', 400)],
    ['INTERNAL', sdkError('InvalidRange', 416)],
    ['INTERNAL', sdkError('MalformedXML', 400)],
    ['INTERNAL', sdkError('NotImplemented', 501)],
    ['INTERNAL', new TypeError('a defect')],
    ['INTERNAL', undefined],
  ])('%s for %s', (code, error) => {
    expect(toS3Error(error)).toMatchObject({ name: 'TintypeError', code, facts: {} })
  })

  test.each([
    [1, sdkError('SlowDown', 503)],
    [1, networkError('ECONNREFUSED')],
    [undefined, sdkError('AccessDenied', 403)],
  ])('when to try again: %s', (retryAfterSeconds, error) => {
    expect(toS3Error(error)).toHaveProperty('retryAfterSeconds', retryAfterSeconds)
  })

  test('an object in an archive is no reason to doubt the others', () => {
    expect(toS3Error(sdkError('InvalidObjectState', 403))).toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      facts: { unreadable: 'forbidden' },
    })
  })

  test('our own errors are kept', () => {
    const error = new TintypeError('OVERLOADED', 'Too many')
    expect(toS3Error(error)).toBe(error)
  })

  test('B207 what an SDK error carries is dropped', () => {
    const error = sdkError('SignatureDoesNotMatch', 403, {
      AWSAccessKeyId: 'hunter2',
      StringToSign: 'hunter2',
      $response: { headers: { authorization: 'hunter2' }, statusCode: 403 },
    })
    const location = { bucket: 'photos', prefix: '', isPathStyle: false }
    for (const shown of [toS3Error(error), explainRefusal(error, location)]) {
      expect(inspect(shown, { depth: 10, showHidden: true })).not.toContain('hunter2')
      expect(inspect(shown.cause)).toContain('SignatureDoesNotMatch')
    }
  })
})

describe('explainRefusal', () => {
  const location = { bucket: 'photos', prefix: '', region: 'eu-west-1', isPathStyle: false }
  test.each([
    [sdkError('NoSuchBucket', 404), /"photos" at AWS .* does not exist/],
    [sdkError('CredentialsProviderError'), /there are no credentials/],
    [sdkError('ExpiredToken', 400), /credentials are refused \(ExpiredToken\)/],
    [sdkError('AccessDenied', 403), /access is denied \(AccessDenied\).*s3:ListBucket/],
    [sdkError('RequestTimeTooSkewed', 403), /clock/],
    [sdkError('PermanentRedirect', 301), /another region than eu-west-1/],
    [networkError('DEPTH_ZERO_SELF_SIGNED_CERT'), /certificate is not trusted/],
    [networkError('ERR_TLS_CERT_ALTNAME_INVALID'), /certificate is not trusted/],
    [networkError('EPROTO'), /does not speak TLS/],
    [networkError('ENOTFOUND'), /cannot be reached \(ENOTFOUND\)/],
    [sdkError('InternalError', 500), /answered InternalError \(HTTP 500\)/],
  ])('%s', (error, message) => {
    expect(explainRefusal(error, location)).toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringMatching(message),
    })
  })
})
