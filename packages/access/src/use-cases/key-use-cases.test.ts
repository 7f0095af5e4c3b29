import { openMemoryCatalog } from '@tintype/catalog/drivers/memory'
import { describe, expect, test } from 'vitest'
import { catalogDrivers, openAccess, requesterWith } from '../testing/open-access.ts'
import { createKeyUseCases } from './key-use-cases.ts'

const operator = requesterWith(['admin'])
const forbidden = { code: 'FORBIDDEN' }
const refused = { code: 'UNAUTHENTICATED', facts: { reason: 'invalid' } }
const noSuchKey = { code: 'INVALID_REQUEST', message: expect.stringMatching(/^No key has this id/) }
const iso = (ms: number) => new Date(ms).toISOString()

describe.each(catalogDrivers)('keys in the %s catalog', (driver) => {
  test('are shown once, are kept as a hash, and work', async () => {
    await using access = await openAccess(driver)
    const { keys, clock } = access
    const expiresAt = iso(clock.nowMs + 60_000)
    const choice = { name: 'shop', scopes: ['read', 'upload'] as const, owner: 'alice', expiresAt }
    const { key, ...created } = await keys.create({ ...choice, limits: { maxPhotos: 5 } }, operator)
    expect(created).toEqual({
      ...choice,
      id: key.slice(4, 16),
      limits: { maxPhotos: 5 },
      createdAt: iso(clock.nowMs),
      createdBy: 'env',
      revokedAt: null,
      lastUsedAt: null,
    })
    expect(await keys.list(operator)).toEqual([created])
    const kept = JSON.stringify([await access.catalog.findKey(created.id), await access.entries()])
    expect(kept).not.toContain(key.slice(17))
    const caller = await access.verifyKey(key)
    expect(caller).toMatchObject({ scope: { owner: 'alice' }, limits: { maxPhotos: 5 } })
    expect(caller.may('photos:create')).toBe(true)
    expect(caller.may('photos:delete')).toBe(false)
  })

  test('that would have ended already are not made', async () => {
    await using access = await openAccess(driver)
    const choice = { name: 'late', scopes: ['read'] as const, expiresAt: iso(access.clock.nowMs) }
    await expect(access.keys.create(choice, operator)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect(await access.keys.list(operator)).toEqual([])
  })

  test('B222: a key makes no key that is wider than itself', async () => {
    await using access = await openAccess(driver)
    const { keys, clock } = access
    const narrow = requesterWith(['admin'], {
      id: 'key:a',
      owner: 'alice',
      expiresAtMs: clock.nowMs + 1000,
      limits: { maxBytes: 10 },
    })
    const own = { name: 'x', scopes: ['read'] as const, expiresAt: iso(clock.nowMs + 1000) }
    const limits = { maxBytes: 10 }
    for (const choice of [
      { ...own, limits, owner: 'bob' },
      { ...own, limits, expiresAt: iso(clock.nowMs + 1001) },
      { ...own, limits, expiresAt: undefined },
      { ...own, limits: { maxBytes: 11 } },
      own,
    ])
      await expect(keys.create(choice, narrow)).rejects.toMatchObject(forbidden)
    const manager = requesterWith(['manage'])
    await expect(keys.create({ name: 'x', scopes: ['admin'] }, manager)).rejects.toMatchObject(forbidden)
    expect(await keys.list(operator)).toEqual([])
    expect(await access.entries()).toEqual([])
    expect(await keys.create({ ...own, limits }, narrow)).toMatchObject({ owner: 'alice' })
  })

  test('B222: no key changes its own row', async () => {
    await using access = await openAccess(driver)
    const { keys } = access
    const { key, id } = await keys.create({ name: 'x', scopes: ['admin'] }, operator)
    const self = { caller: await access.verifyKey(key), requestId: 'r' }
    await expect(keys.rotate({ id, overlapSeconds: 60 }, self)).rejects.toMatchObject(forbidden)
    await expect(keys.revoke(id, self)).rejects.toMatchObject(forbidden)
    expect(await keys.list(operator)).toMatchObject([{ expiresAt: null, revokedAt: null }])
  })

  test('B226: a caller that acts for one owner sees and changes the keys of that owner only', async () => {
    await using access = await openAccess(driver)
    const { keys } = access
    const [ofBob, ofAll, ofAlice] = [
      await keys.create({ name: 'bob', scopes: ['read'], owner: 'bob' }, operator),
      await keys.create({ name: 'all', scopes: ['read'] }, operator),
      await keys.create({ name: 'alice', scopes: ['read'], owner: 'alice' }, operator),
    ]
    const alice = requesterWith(['admin'], { owner: 'alice' })
    expect((await keys.list(alice)).map(({ id }) => id)).toEqual([ofAlice.id])
    for (const id of [ofBob.id, ofAll.id, 'A'.repeat(12)]) {
      await expect(keys.revoke(id, alice)).rejects.toMatchObject(noSuchKey)
      await expect(keys.rotate({ id, overlapSeconds: 0 }, alice)).rejects.toMatchObject(noSuchKey)
    }
    expect(await keys.revoke(ofAlice.id, alice)).toMatchObject({ revokedAt: iso(access.clock.nowMs) })
  })

  test('a rotated key and its twin are both valid during the overlap', async () => {
    await using access = await openAccess(driver)
    const { keys, clock, verifyKey } = access
    const choice = { name: 'shop', scopes: ['manage'] as const, owner: 'alice', limits: { maxBytes: 9 } }
    const { key, ...old } = await keys.create({ ...choice, expiresAt: iso(clock.nowMs + 1e9) }, operator)
    const { key: twinKey, ...twin } = await keys.rotate({ id: old.id, overlapSeconds: 60 }, operator)
    expect(twin).toEqual({ ...old, id: twinKey.slice(4, 16) })
    expect(twin.id).not.toBe(old.id)
    expect(await keys.list(operator)).toContainEqual({ ...old, expiresAt: iso(clock.nowMs + 60_000) })
    clock.nowMs += 59_999
    await verifyKey(key)
    clock.nowMs += 1
    await expect(verifyKey(key)).rejects.toMatchObject({ facts: { reason: 'expired' } })
    const countedAs = `key:${old.id}`
    expect(await verifyKey(twinKey)).toMatchObject({ scope: { owner: 'alice' }, countedAs })
    const { key: nextKey } = await keys.rotate({ id: twin.id, overlapSeconds: 0 }, operator)
    expect(await verifyKey(nextKey)).toMatchObject({ countedAs })
    await expect(keys.rotate({ id: old.id, overlapSeconds: 60 }, operator)).rejects.toThrow(/has ended/)
  })

  test('B222: rotation makes no key that is wider than its caller', async () => {
    await using access = await openAccess(driver)
    const { keys } = access
    const { id } = await keys.create({ name: 'x', scopes: ['read'], owner: 'alice' }, operator)
    const limited = requesterWith(['admin'], { owner: 'alice', limits: { maxPhotos: 1 } })
    await expect(keys.rotate({ id, overlapSeconds: 0 }, limited)).rejects.toMatchObject(forbidden)
    expect(await keys.list(operator)).toHaveLength(1)
  })

  test('B222: a revoked key is refused within a second, and stays revoked', async () => {
    await using access = await openAccess(driver)
    const { keys, clock, verifyKey } = access
    const { key, id } = await keys.create({ name: 'x', scopes: ['read'] }, operator)
    await verifyKey(key)
    const revokedAt = iso(clock.nowMs)
    expect(await keys.revoke(id, operator)).toMatchObject({ id, revokedAt })
    clock.nowMs += 1000
    await expect(verifyKey(key)).rejects.toMatchObject(refused)
    expect(await keys.revoke(id, operator)).toMatchObject({ revokedAt })
    await expect(keys.rotate({ id, overlapSeconds: 60 }, operator)).rejects.toThrow(/has ended/)
  })

  test('every change is in the audit log, with its caller and without secrets', async () => {
    await using access = await openAccess(driver)
    const { keys, clock } = access
    const { id } = await keys.create({ name: 'shop', scopes: ['read'], owner: 'alice' }, operator)
    const twin = await keys.rotate({ id, overlapSeconds: 60 }, operator)
    await keys.revoke(twin.id, operator)
    await keys.revoke(twin.id, operator)
    const shared = {
      at: iso(clock.nowMs),
      actor: 'env',
      requestId: 'request-1',
      owner: 'alice',
      outcome: 'done',
    }
    const endsAt = iso(clock.nowMs + 60_000)
    expect(await access.entries()).toEqual([
      { ...shared, id: expect.any(String), action: 'key.revoke', target: twin.id, details: { name: 'shop' } },
      {
        ...shared,
        id: expect.any(String),
        action: 'key.rotate',
        target: id,
        details: { successor: twin.id, endsAt },
      },
      {
        ...shared,
        id: expect.any(String),
        action: 'key.create',
        target: id,
        details: { name: 'shop', scopes: ['read'], expiresAt: null },
      },
    ])
  })
})

test('B222 a key that is revoked while it is rotated gets no successor', async () => {
  await using catalog = await openMemoryCatalog()
  const now = Date.now
  const keys = createKeyUseCases({ catalog, newId: () => 'entry', now })
  const { id } = await keys.create({ name: 'shop', scopes: ['read'] }, operator)
  const revoking: typeof catalog = {
    ...catalog,
    async insertKey(...given) {
      await keys.revoke(id, operator)
      return catalog.insertKey(...given)
    },
  }
  const late = createKeyUseCases({ catalog: revoking, newId: () => 'entry', now })
  await expect(late.rotate({ id, overlapSeconds: 60 }, operator)).rejects.toThrow(/has ended/)
  expect(await keys.list(operator)).toHaveLength(1)
})

test('a catalog that finds every id in use makes creating a key endless', async () => {
  const ids = new Set<string>()
  await using catalog = await openMemoryCatalog()
  const full: typeof catalog = {
    ...catalog,
    async insertKey({ id }) {
      ids.add(id)
      return 'id-taken'
    },
  }
  const keys = createKeyUseCases({ catalog: full, newId: () => 'entry', now: Date.now })
  await expect(keys.create({ name: 'shop', scopes: ['read'] }, operator)).rejects.toMatchObject({
    code: 'INTERNAL',
  })
  expect(ids.size).toBe(3)
})
