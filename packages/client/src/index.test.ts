import { describe, expect, expectTypeOf, test } from 'vitest'
import * as sdk from './index.ts'
import { openScriptedServer, refuse } from './testing/scripted-server.ts'

/** Compiles only while every code has its case. */
function wordsFor(code: sdk.TintypeErrorCode): string {
  switch (code) {
    case 'FILE_REQUIRED':
    case 'EMPTY_FILE':
    case 'TOO_MANY_FILES':
    case 'NOT_AN_IMAGE':
    case 'UNREADABLE_IMAGE':
    case 'TOO_MANY_PIXELS':
    case 'PAYLOAD_TOO_LARGE':
    case 'DIGEST_MISMATCH':
      return 'choose another file'
    case 'INVALID_MULTIPART':
    case 'INVALID_REQUEST':
    case 'ORIGIN_NOT_ALLOWED':
    case 'HOST_NOT_ALLOWED':
    case 'UNAUTHENTICATED':
    case 'FORBIDDEN':
    case 'INVALID_SIGNATURE':
    case 'URL_EXPIRED':
    case 'QUOTA_EXCEEDED':
    case 'TOKEN_USED_UP':
    case 'ROUTE_NOT_FOUND':
    case 'PHOTO_NOT_FOUND':
    case 'RENDITION_NOT_FOUND':
    case 'METHOD_NOT_ALLOWED':
    case 'IDEMPOTENCY_CONFLICT':
    case 'PRECONDITION_FAILED':
    case 'UNSUPPORTED_MEDIA_TYPE':
    case 'RANGE_NOT_SATISFIABLE':
    case 'INTERNAL':
    case 'UNEXPECTED_ANSWER':
      return 'report it'
    case 'UPLOAD_TIMEOUT':
    case 'RATE_LIMITED':
    case 'OVERLOADED':
    case 'STORAGE_UNAVAILABLE':
    case 'CATALOG_UNAVAILABLE':
    case 'IDENTITY_UNAVAILABLE':
    case 'STORAGE_FULL':
    case 'NETWORK_ERROR':
      return 'try again'
    case 'ABORTED':
      return ''
    default:
      return code satisfies never
  }
}

describe('the public entry', () => {
  test('exports what the manual says, and nothing else', () => {
    expect(Object.keys(sdk).sort()).toEqual([
      'TintypeError',
      'createTintypeClient',
      'createUploader',
      'isPhotoId',
      'isTintypeError',
      'mediaUrl',
      'srcset',
    ])
  })

  test('types every failure by its code', async () => {
    await using server = await openScriptedServer(refuse('EMPTY_FILE'))
    const [outcome] = await sdk.createTintypeClient(server).uploadAll([new File([], 'empty.jpg')])
    expectTypeOf(outcome?.input).toEqualTypeOf<File | undefined>()
    if (outcome?.status !== 'rejected') return expect.fail('the file was not refused')
    expect(wordsFor(outcome.error.code)).toBe('choose another file')
    // @ts-expect-error a photo exists only if the outcome is fulfilled
    expect(outcome.photo).toBeUndefined()
  })

  test('narrows the facts by the code', () => {
    const error = new sdk.TintypeError('PAYLOAD_TOO_LARGE', 'Too large', { facts: { limit: 5, received: 7 } })
    const limitOf = (one: sdk.TintypeError): number | undefined => {
      const { code, facts } = one
      switch (code) {
        case 'PAYLOAD_TOO_LARGE':
          expectTypeOf(facts.limit).toEqualTypeOf<number | undefined>()
          // @ts-expect-error a fact of another code
          expect(facts.issues).toBeUndefined()
          return facts.limit
        case 'UNAUTHENTICATED':
          expectTypeOf(facts.reason).toEqualTypeOf<'missing' | 'invalid' | 'expired' | undefined>()
          return undefined
        default:
          return undefined
      }
    }
    expect(limitOf(error)).toBe(5)
    expectTypeOf(error.status).toEqualTypeOf<413>()
    const unknown: unknown = error
    if (unknown instanceof sdk.TintypeError) expectTypeOf(unknown).toEqualTypeOf<sdk.TintypeError>()
    // @ts-expect-error a fact that the code does not have
    expect(new sdk.TintypeError('FORBIDDEN', 'No', { facts: { need: 'x' } })).toBeInstanceOf(sdk.TintypeError)
  })

  test('does not accept a width with a preset, and has no subscriptions', () => {
    const tintype = sdk.createTintypeClient({ url: 'http://nowhere.invalid' })
    // @ts-expect-error one or the other
    expectTypeOf(tintype.mediaUrl).toBeCallableWith({} as sdk.Photo, { width: 1, preset: 'thumb' })
    expectTypeOf(tintype.photos.list).not.toHaveProperty('subscribe')
    expectTypeOf(tintype.photos.list).not.toHaveProperty('mutate')
  })
})
