import { describe, expect, test } from 'vitest'
import { anonymousCaller, openCaller, refusalOf } from './caller.ts'
import { rights, rightsOfScopes, scopes } from './rights.ts'

describe('scopes', () => {
  test.each([
    [['read'], ['photos:read', 'system:read']],
    [['upload'], ['photos:create', 'system:read']],
    [
      ['read', 'upload'],
      ['photos:create', 'photos:read', 'system:read'],
    ],
    [
      ['manage'],
      [
        'photos:create',
        'photos:delete',
        'photos:read',
        'photos:update',
        'renditions:create',
        'system:read',
        'tokens:mint',
        'urls:sign',
      ],
    ],
    [['admin'], [...rights].sort()],
    [[], []],
  ] as const)('B222: %j gives these rights and no others', (granted, expected) => {
    expect([...rightsOfScopes(granted)].sort()).toEqual(expected)
  })

  test('every right belongs to a scope', () => {
    expect(rightsOfScopes(scopes)).toEqual(new Set(rights))
  })
})

describe('callers without a credential', () => {
  test('may do everything on an open server', () => {
    for (const right of rights) expect(refusalOf(openCaller, right)).toBeUndefined()
  })

  test('B225: may do nothing on a closed one, and get UNAUTHENTICATED', () => {
    for (const right of rights)
      expect(refusalOf(anonymousCaller, right)).toMatchObject({
        code: 'UNAUTHENTICATED',
        status: 401,
        facts: { reason: 'missing' },
      })
  })
})
