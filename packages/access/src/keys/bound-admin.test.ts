import { expect, test } from 'vitest'
import { makeApiKey } from './api-key.ts'
import { createApiKeys } from './api-keys.ts'

test('B222 an admin key of one owner has no rights about all owners', async () => {
  const { id, key, hash } = makeApiKey()
  const record = {
    ...{ id, hash, countedAs: id, name: 'a key', scopes: ['admin'], owner: 'alice', limits: {} },
    ...{
      createdAt: '2026-01-01T00:00:00.000Z',
      createdBy: 'env',
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null,
    },
  }
  const keys = createApiKeys({ reader: { findKey: async () => record }, now: Date.now })
  const caller = await keys.verify(key)
  for (const right of ['photos:move', 'audit:read', 'metrics:read', 'webhooks:manage'] as const)
    expect([right, caller.may(right)]).toEqual([right, false])
  expect(caller.may('keys:manage')).toBe(true)
})
