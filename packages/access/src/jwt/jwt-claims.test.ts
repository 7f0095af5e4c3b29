import { rights } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { parseJsonPointer } from './json-pointer.ts'
import { callerOfClaims } from './jwt-claims.ts'

const rules = {
  ownerClaim: parseJsonPointer('/https:~1~1x.example~1tintype/owner'),
  scopesClaim: parseJsonPointer('/scope'),
  defaultScopes: ['read', 'upload', 'manage'] as const,
}
const claims = { 'https://x.example/tintype': { owner: 'team:7' } }
const rightsOf = (scope: unknown) => {
  const caller = callerOfClaims({ ...claims, scope }, rules, 1)
  return rights.filter((right) => caller?.may(right))
}

describe('scopes', () => {
  test.each([
    ['read', ['photos:read', 'system:read']],
    ['openid tintype:read profile', ['photos:read', 'system:read']],
    [
      ['upload', 'tintype:read'],
      ['photos:read', 'photos:create', 'system:read'],
    ],
    ['other:read reader', []],
    ['', []],
    [7, []],
    [null, []],
    [{ read: true }, []],
    [undefined, []],
  ])('%j gives %j', (scope, expected) => {
    expect(rightsOf(scope)).toEqual(expected)
  })

  test('B222: a JWT never gets the rights of admin, nor imports', () => {
    expect(rightsOf(['admin', 'tintype:admin'])).toEqual([])
    const caller = callerOfClaims(
      claims,
      { ...rules, scopesClaim: undefined, defaultScopes: ['admin', 'manage'] },
      1,
    )
    expect(caller?.may('tokens:mint')).toBe(true)
    for (const right of ['keys:manage', 'audit:read', 'photos:import'] as const)
      expect(caller?.may(right)).toBe(false)
  })
})

test('the owner may stand in a claim with a namespace', () => {
  expect(callerOfClaims(claims, rules, 1)?.scope).toEqual({ owner: 'team:7', includesPrivate: true })
  expect(callerOfClaims({ owner: 'team:7' }, rules, 1)).toBeUndefined()
})
