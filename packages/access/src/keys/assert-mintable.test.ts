import { type Caller, openCaller, type Right, rightsOfScopes, type Scope } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { assertMintable, assertOtherKey, type CredentialChoice } from './assert-mintable.ts'

function callerWith(scopes: readonly Scope[], more: Partial<Caller> = {}): Caller {
  const rights = rightsOfScopes(scopes)
  const scope = { includesPrivate: true }
  return { kind: 'key', id: 'key:a', scope, ...more, may: (right: Right) => rights.has(right) }
}
const ofOwner = { scope: { owner: 'user:1', includesPrivate: true } }

describe('B222: a credential', () => {
  test.each<[string, Caller, CredentialChoice]>([
    ['what it has itself', callerWith(['manage']), { scopes: ['manage'] }],
    ['a part of its rights', callerWith(['manage']), { scopes: ['read', 'upload'] }],
    ['every right', openCaller, { scopes: ['admin'], owner: 'user:2' }],
    ['its own owner', callerWith(['admin'], ofOwner), { scopes: ['admin'], owner: 'user:1' }],
    ['an earlier end', callerWith(['admin'], { expiresAtMs: 5 }), { scopes: ['read'], expiresAtMs: 5 }],
    [
      'narrower limits',
      callerWith(['admin'], { limits: { maxPhotos: 5 } }),
      { scopes: ['read'], limits: { maxPhotos: 5, maxBytes: 1 } },
    ],
  ])('makes one with %s', (_name, minter, wanted) => {
    expect(() => assertMintable(minter, wanted)).not.toThrow()
  })

  test.each<[string, Caller, CredentialChoice]>([
    ['another right', callerWith(['read', 'upload']), { scopes: ['manage'] }],
    ['every right', callerWith(['manage']), { scopes: ['read', 'admin'] }],
    ['another owner', callerWith(['admin'], ofOwner), { scopes: ['read'], owner: 'user:2' }],
    ['no owner', callerWith(['admin'], ofOwner), { scopes: ['read'] }],
    ['a later end', callerWith(['admin'], { expiresAtMs: 5 }), { scopes: ['read'], expiresAtMs: 6 }],
    ['no end', callerWith(['admin'], { expiresAtMs: 5 }), { scopes: ['read'] }],
    [
      'a wider limit',
      callerWith(['admin'], { limits: { maxBytes: 5 } }),
      { scopes: ['read'], limits: { maxBytes: 6 } },
    ],
    ['no limit', callerWith(['admin'], { limits: { requestsPerMinute: 5 } }), { scopes: ['read'] }],
  ])('does not make one with %s', (_name, minter, wanted) => {
    expect(() => assertMintable(minter, wanted)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }))
  })

  test('does not change itself', () => {
    expect(() => assertOtherKey(callerWith(['admin']), 'b')).not.toThrow()
    expect(() => assertOtherKey(callerWith(['admin']), 'a')).toThrow(/cannot change itself/)
  })
})
