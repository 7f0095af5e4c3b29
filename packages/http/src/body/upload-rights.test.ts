import { anonymousCaller, type Caller, openCaller, type UploadGrant } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { closedAccess } from '../testing/closed-access.ts'
import { settleUpload, uploadBoundsOf, usageTermsOf } from './upload-rights.ts'

const closed = closedAccess({ defaultVisibility: 'private', ownerQuota: { maxPhotos: 5 } })
const key: Caller = { ...openCaller, kind: 'key', id: 'key:1', limits: { maxBytes: 100, maxByteSize: 50 } }
const jwt: Caller = {
  ...openCaller,
  kind: 'jwt',
  id: 'jwt:alice',
  scope: { owner: 'alice', includesPrivate: true },
}
const grant: UploadGrant = {
  id: 'token-id',
  key: 'key:1',
  uses: 2,
  issuedAtSeconds: 1_700_000_000,
  expiresAtSeconds: 1_700_000_900,
  owner: 'bob',
  visibility: 'public',
  title: 'fixed',
  tags: ['a', 'b'],
  metadata: { order: 7 },
  maxByteSize: 20,
  formats: ['png'],
  maxPixels: 1000,
}
const token: Caller = {
  ...anonymousCaller,
  kind: 'token',
  id: 'token:token-id',
  grant,
  limits: { maxByteSize: 50 },
  countedAs: 'key:1',
}
const forbidden = expect.objectContaining({ code: 'FORBIDDEN' })
const invalid = expect.objectContaining({ code: 'INVALID_REQUEST' })

describe('an upload to an open server', () => {
  test('has no owner and is public, whatever it says about its owner', () => {
    const settled = settleUpload({ title: 'a', owner: 'bob' }, { caller: openCaller, closed: undefined })
    expect(settled).toMatchObject({
      keyOwner: '',
      terms: { owner: null, visibility: 'public', uploadedBy: null },
    })
  })

  test.each(['', 'John Smith', 'é', 'x'.repeat(201)])(
    'is not refused for a field that names no owner: %j',
    (owner) => {
      const { terms } = settleUpload({ owner }, { caller: openCaller, closed: undefined })
      expect(terms.owner).toBeNull()
    },
  )

  test('cannot be private', () => {
    const caller = openCaller
    expect(() => settleUpload({ visibility: 'private' }, { caller, closed: undefined })).toThrow(invalid)
    expect(() => settleUpload({ visibility: 'secret' }, { caller, closed: undefined })).toThrow(invalid)
  })
})

describe('an upload with a key that acts for every owner', () => {
  test('names its owner and visibility, and counts for both', () => {
    const sent = { title: 'a', tags: ['x'], owner: 'carol', visibility: 'public' }
    const { details, terms, keyOwner } = settleUpload(sent, { caller: key, closed })
    expect(details).toMatchObject({ title: 'a', tags: ['x'] })
    expect(keyOwner).toBe('owner:carol')
    expect(terms).toMatchObject({ owner: 'carol', visibility: 'public', uploadedBy: 'key:1', metadata: null })
    expect(terms.quotas).toEqual([
      { subject: 'owner:carol', maxPhotos: 5 },
      { subject: 'key:1', maxPhotos: undefined, maxBytes: 100 },
    ])
  })

  test('has no owner and the visibility of the server if it names none; its keys are the credential’s own', () => {
    const { terms, keyOwner } = settleUpload({}, { caller: key, closed })
    expect(terms).toMatchObject({ owner: null, visibility: 'private' })
    expect(keyOwner).toBe('key:1')
  })

  test('is refused for an owner that is none', () => {
    for (const owner of ['', 'a b', 'é', 'x'.repeat(201)])
      expect(() => settleUpload({ owner }, { caller: key, closed })).toThrow(invalid)
  })
})

describe('an upload of a caller that is bound to an owner', () => {
  test('B226 is the owner’s, and cannot be another’s', () => {
    expect(settleUpload({}, { caller: jwt, closed }).terms.owner).toBe('alice')
    expect(settleUpload({ owner: 'alice' }, { caller: jwt, closed }).terms.owner).toBe('alice')
    expect(() => settleUpload({ owner: 'bob' }, { caller: jwt, closed })).toThrow(forbidden)
  })
})

describe('an upload with a token', () => {
  test('gets what the token fixes, and counts as its key’s', () => {
    const { details, terms } = settleUpload({ filename: 'a.png', alt: 'free' }, { caller: token, closed })
    expect(details).toEqual({ filename: 'a.png', title: 'fixed', alt: 'free', tags: ['a', 'b'] })
    expect(terms).toMatchObject({
      owner: 'bob',
      visibility: 'public',
      metadata: { order: 7 },
      uploadedBy: 'key:1',
      maxPixels: 1000,
      grant: { id: 'token-id', uses: 2, expiresAt: '2023-11-14T22:28:20.000Z' },
    })
  })

  test.each([{ owner: 'mallory' }, { visibility: 'private' }, { title: 'other' }, { tags: ['a', 'c'] }])(
    'is refused if it contradicts it: %j',
    (sent) => {
      expect(() => settleUpload(sent, { caller: token, closed })).toThrow(forbidden)
    },
  )

  test('may repeat it', () => {
    const sent = { owner: 'bob', visibility: 'public', title: 'fixed', tags: ['b', 'a'] }
    expect(settleUpload(sent, { caller: token, closed }).details.tags).toEqual(['a', 'b'])
  })

  test('that names no owner makes a photo without one', () => {
    const { owner: _, ...rest } = grant
    const caller = { ...token, grant: rest }
    expect(settleUpload({}, { caller, closed }).terms.owner).toBeNull()
    expect(() => settleUpload({ owner: 'bob' }, { caller, closed })).toThrow(forbidden)
  })

  test('meets the limits of token and key', () => {
    const bounds = { maxUploadByteSize: 20, allowedFormats: ['png'], maxPixels: 1000 }
    expect(uploadBoundsOf(token)).toEqual(bounds)
    expect(uploadBoundsOf(openCaller)).toEqual({})
    expect(usageTermsOf(token, closed)).toMatchObject({ uploadedBy: 'key:1' })
  })
})
