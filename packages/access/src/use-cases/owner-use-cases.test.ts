import { describe, expect, test } from 'vitest'
import { catalogDrivers, openAccess, requesterWith } from '../testing/open-access.ts'

const operator = requesterWith(['admin'])
const alice = requesterWith(['manage'], { owner: 'alice' })
const forbidden = { code: 'FORBIDDEN' }

describe.each(catalogDrivers)('owners in the %s catalog', (driver) => {
  test('have the limits of the server until they have their own', async () => {
    await using access = await openAccess(driver)
    const { owners } = access
    const usage = { owner: 'alice', photos: 0, bytes: 0, maxPhotos: 1000, maxBytes: null }
    expect(await owners.usage({}, alice)).toEqual(usage)
    const limited = { ...usage, maxPhotos: 0, maxBytes: 5 }
    expect(await owners.setQuota({ owner: 'alice', maxPhotos: 0, maxBytes: 5 }, operator)).toEqual(limited)
    expect(await owners.usage({ owner: 'alice' }, operator)).toEqual(limited)
    expect(await owners.setQuota({ owner: 'alice', maxPhotos: null }, operator)).toEqual(usage)
    expect(await access.entries()).toMatchObject([
      { action: 'quota.set', target: 'alice', owner: 'alice', details: { maxPhotos: null, maxBytes: null } },
      { action: 'quota.set', details: { maxPhotos: 0, maxBytes: 5 } },
    ])
  })

  test('B226: read their own usage only, and change no quota', async () => {
    await using access = await openAccess(driver)
    const { owners, audit } = access
    await expect(owners.usage({ owner: 'bob' }, alice)).rejects.toMatchObject(forbidden)
    const bound = requesterWith(['admin'], { owner: 'alice' })
    for (const owner of ['alice', 'bob'])
      await expect(owners.setQuota({ owner, maxBytes: 9 }, bound)).rejects.toMatchObject(forbidden)
    await expect(audit.list({ limit: 10 }, bound)).rejects.toMatchObject(forbidden)
    expect(await access.entries()).toEqual([])
  })

  test('are named by callers that act for every owner', async () => {
    await using access = await openAccess(driver)
    await expect(access.owners.usage({}, operator)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  })

  test('the audit log is read in pages', async () => {
    await using access = await openAccess(driver)
    for (const owner of ['a', 'b', 'c']) await access.owners.setQuota({ owner }, operator)
    const first = await access.audit.list({ limit: 2 }, operator)
    expect(first.entries.map(({ target }) => target)).toEqual(['c', 'b'])
    const cursor = first.nextCursor ?? undefined
    const last = await access.audit.list({ limit: 2, cursor }, operator)
    expect(last.entries.map(({ target }) => target)).toEqual(['a'])
    expect(last.nextCursor).toBeNull()
    const wrong = access.audit.list({ limit: 2, cursor: 'x' }, operator)
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  })
})
