import type { ApiKeyRecord } from '@tintype/catalog'
import { TintypeError } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { hashApiKey, makeApiKey, type NewApiKey } from './api-key.ts'
import { createApiKeys, endAfterOverlap } from './api-keys.ts'

/** A key as it is kept: without an end, and valid for everything unless `more` says otherwise. */
function recordOf({ id, hash }: NewApiKey, more: Partial<ApiKeyRecord> = {}): ApiKeyRecord {
  const created = { name: 'a key', createdAt: '2026-01-01T00:00:00.000Z', createdBy: 'env' }
  const never = { expiresAt: null, revokedAt: null, lastUsedAt: null }
  return {
    id,
    hash,
    countedAs: id,
    scopes: ['admin'],
    owner: null,
    limits: {},
    ...created,
    ...never,
    ...more,
  }
}

const at = (ms: number) => new Date(ms).toISOString()

const adminKey = 'an operator has chosen this key.'.replaceAll(' ', '-')

/** Keys in memory, a clock that stands still, and the calls of both. */
function openKeys(records: readonly ApiKeyRecord[] = []) {
  const rows = new Map(records.map((record) => [record.id, record]))
  const clock = { nowMs: 1_800_000_000_000 }
  const reads: string[] = []
  const uses: [string, number][] = []
  const keys = createApiKeys({
    reader: {
      async findKey(id) {
        reads.push(id)
        return rows.get(id)
      },
    },
    adminKeyHash: hashApiKey(adminKey),
    noteUse: (id, atMs) => void uses.push([id, atMs]),
    now: () => clock.nowMs,
  })
  return { keys, rows, clock, reads, uses }
}

const invalid = expect.objectContaining({ code: 'UNAUTHENTICATED', facts: { reason: 'invalid' } })
const expired = expect.objectContaining({ code: 'UNAUTHENTICATED', facts: { reason: 'expired' } })

describe('a key', () => {
  test('is a caller with its rights, owner and limits', async () => {
    const made = makeApiKey()
    const { key, id } = made
    const { keys, clock } = openKeys([
      recordOf(made, {
        scopes: ['manage', 'later'],
        owner: 'user:1',
        limits: { maxPhotos: 3 },
        expiresAt: at(2e12),
      }),
    ])
    const caller = await keys.verify(key)
    expect(caller).toMatchObject({
      kind: 'key',
      id: `key:${id}`,
      scope: { owner: 'user:1', includesPrivate: true },
      limits: { maxPhotos: 3 },
      expiresAtMs: 2e12,
    })
    expect([caller.may('photos:delete'), caller.may('photos:import'), caller.may('keys:manage')]).toEqual([
      true,
      true,
      false,
    ])
    expect(await keys.findCaller(`key:${id}`)).toBe(caller)
    clock.nowMs = 2e12
    await expect(keys.verify(key)).rejects.toEqual(expired)
    expect(await keys.findCaller(`key:${id}`)).toBeUndefined()
  })

  test('B223: an unknown and a wrong key are looked up alike, and compared with a digest each', async () => {
    const [made, unknown] = [makeApiKey(), makeApiKey()]
    const { keys, reads, rows } = openKeys([recordOf(made, { hash: unknown.hash })])
    for (const { key } of [made, unknown]) await expect(keys.verify(key)).rejects.toEqual(invalid)
    expect(reads).toEqual([made.id, unknown.id])
    // a hash that cannot be compared fails: so a key that is found is compared, and never by its length
    rows.set(made.id, recordOf(made, { hash: 'ab' }))
    await expect(keys.verify(made.key)).rejects.toThrow(RangeError)
  })

  test('B223: a wrong key is looked up like an unknown one, also while the right one is in use', async () => {
    const [made, other] = [makeApiKey(), makeApiKey()]
    const { keys, reads } = openKeys([recordOf(made, { hash: other.hash })])
    await keys.findCaller(`key:${made.id}`)
    expect(reads).toEqual([made.id])
    await expect(keys.verify(made.key)).rejects.toEqual(invalid)
    expect(reads).toEqual([made.id, made.id])
  })

  test('B222: is found at once within a second after it was verified, and only itself', async () => {
    const made = makeApiKey()
    const other = makeApiKey()
    const { keys, clock, reads } = openKeys([recordOf(made, { expiresAt: at(1_800_000_000_500) })])
    expect(keys.findVerified(made.key)).toBeUndefined()
    const caller = await keys.verify(made.key)
    expect(keys.findVerified(made.key)).toBe(caller)
    const forged = [other.key, '', made.key.slice(0, -1), `${made.key}0`, ` ${made.key}`]
    for (const text of forged) expect(keys.findVerified(text)).toBeUndefined()
    clock.nowMs += 500
    expect(keys.findVerified(made.key)).toBeUndefined() // it has expired
    expect(reads).toHaveLength(1)
  })

  test('of the operator is found at once, and no other text', async () => {
    const { keys, reads } = openKeys()
    expect(keys.findVerified(adminKey)).toBe(await keys.verify(adminKey))
    expect(keys.findVerified(`${adminKey}0`)).toBeUndefined()
    const withoutAdmin = createApiKeys({ reader: { findKey: async () => undefined }, now: () => 0 })
    expect(withoutAdmin.findVerified(adminKey)).toBeUndefined()
    expect(reads).toEqual([])
  })

  test('B223: is not found at once by its id alone', async () => {
    const [made, other] = [makeApiKey(), makeApiKey()]
    const { keys } = openKeys([recordOf(made, { hash: other.hash })])
    expect(await keys.findCaller(`key:${made.id}`)).toBeDefined()
    expect(keys.findVerified(made.key)).toBeUndefined()
  })

  test('B222: a revoked key ends within a second, also if the clock is set back', async () => {
    const made = makeApiKey()
    const { key, id } = made
    const record = recordOf(made)
    const { keys, rows, clock, reads } = openKeys([record])
    await keys.verify(key)
    await keys.verify(key)
    expect(reads).toHaveLength(1)

    rows.set(id, { ...record, revokedAt: at(clock.nowMs - 5000) })
    clock.nowMs += 999
    await keys.verify(key)
    clock.nowMs += 1
    await expect(keys.verify(key)).rejects.toEqual(invalid)
    expect(await keys.findCaller(`key:${id}`)).toBeUndefined()

    rows.set(id, record)
    await keys.verify(key)
    rows.delete(id)
    clock.nowMs -= 3_600_000
    await expect(keys.verify(key)).rejects.toEqual(invalid)
  })

  test('B222: a key that is forgotten while it is read is not kept', async () => {
    const made = makeApiKey()
    const { keys, rows, clock } = openKeys([recordOf(made)])
    const verifying = keys.verify(made.key)
    rows.set(made.id, recordOf(made, { revokedAt: at(clock.nowMs) }))
    keys.forget([made.id])
    await verifying // it was valid when it was read
    expect(keys.findVerified(made.key)).toBeUndefined()
    await expect(keys.verify(made.key)).rejects.toEqual(invalid)
  })

  test('B222: a key that was forgotten is read again, and no other', async () => {
    const [made, other] = [makeApiKey(), makeApiKey()]
    const { keys, rows, clock, reads } = openKeys([recordOf(made), recordOf(other)])
    await keys.verify(made.key)
    await keys.verify(other.key)
    rows.set(made.id, recordOf(made, { revokedAt: at(clock.nowMs) }))
    keys.forget([made.id])
    await keys.verify(other.key)
    await expect(keys.verify(made.key)).rejects.toEqual(invalid)
    expect(reads).toEqual([made.id, other.id, made.id])
    keys.forget(undefined)
    await keys.verify(other.key)
    expect(reads.at(-1)).toBe(other.id)
  })

  test('B229: unknown, wrong and revoked keys are refused alike', async () => {
    const [known, other, revoked] = [makeApiKey(), makeApiKey(), makeApiKey()]
    const { keys, reads } = openKeys([
      recordOf(known, { hash: other.hash }),
      recordOf(revoked, { revokedAt: at(1) }),
    ])
    const refusals = await Promise.all(
      [makeApiKey().key, known.key, revoked.key, 'ttk_malformed', ''].map((key) =>
        keys
          .verify(key)
          .catch((error: TintypeError) => [error.code, error.message, error.facts, error.cause]),
      ),
    )
    expect(new Set(refusals.map((one) => JSON.stringify(one))).size).toBe(1)
    expect(refusals[0]).toMatchObject([
      'UNAUTHENTICATED',
      expect.any(String),
      { reason: 'invalid' },
      undefined,
    ])
    expect(reads).toHaveLength(3)
  })

  test('B228: a key that was not verified is not kept in memory', async () => {
    const made = makeApiKey()
    const { key } = made
    const { keys, reads } = openKeys([recordOf(made, { hash: makeApiKey().hash })])
    for (let round = 0; round < 2; round += 1) await expect(keys.verify(key)).rejects.toEqual(invalid)
    expect(reads).toHaveLength(2)
  })

  test('notes its use once a minute', async () => {
    const made = makeApiKey()
    const { key, id } = made
    const { keys, clock, uses } = openKeys([recordOf(made, { lastUsedAt: at(1_800_000_000_000 - 59_000) })])
    const usedAtMs: number[] = []
    for (const stepMs of [0, 999, 1, 59_999, 1]) {
      clock.nowMs += stepMs
      usedAtMs.push(clock.nowMs)
      await keys.verify(key)
    }
    expect(uses).toEqual([
      [id, usedAtMs[2]],
      [id, usedAtMs[4]],
    ])
  })

  test('waits for the catalog, and fails with it', async () => {
    const keys = createApiKeys({
      reader: { findKey: () => Promise.reject(new TintypeError('CATALOG_UNAVAILABLE', 'away')) },
      now: Date.now,
    })
    await expect(keys.verify(makeApiKey().key)).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE' })
  })

  test('B222: ends if its times cannot be read', async () => {
    const made = makeApiKey()
    const { keys, rows } = openKeys([recordOf(made, { revokedAt: 'soon' })])
    await expect(keys.verify(made.key)).rejects.toEqual(invalid)
    rows.set(made.id, recordOf(made, { expiresAt: '' }))
    await expect(keys.verify(made.key)).rejects.toEqual(expired)
  })

  test('that is rotated ends after the overlap, or at its own end', () => {
    expect(endAfterOverlap({ expiresAt: null }, { overlapSeconds: 60, nowMs: 1000 })).toBe(at(61_000))
    expect(endAfterOverlap({ expiresAt: at(5000) }, { overlapSeconds: 60, nowMs: 1000 })).toBe(at(5000))
  })
})

describe("the operator's key", () => {
  test('has every right and the id env', async () => {
    const { keys, reads, uses } = openKeys()
    const caller = await keys.verify(adminKey)
    expect(caller).toMatchObject({
      kind: 'key',
      id: 'env',
      scope: { owner: undefined, includesPrivate: true },
    })
    expect([caller.may('keys:manage'), caller.may('photos:import')]).toEqual([true, true])
    expect(await keys.findCaller('env')).toBe(caller)
    expect([reads, uses]).toEqual([[], []])
  })

  test('may be an API key', async () => {
    const { key, hash } = makeApiKey()
    const keys = createApiKeys({
      reader: { findKey: async () => undefined },
      adminKeyHash: Buffer.from(hash, 'hex'),
      now: Date.now,
    })
    expect(await keys.verify(key)).toMatchObject({ id: 'env' })
  })

  test('does not exist unless it is configured', async () => {
    const keys = createApiKeys({ reader: { findKey: async () => undefined }, now: Date.now })
    await expect(keys.verify(adminKey)).rejects.toEqual(invalid)
    expect(await keys.findCaller('env')).toBeUndefined()
    expect(await keys.findCaller('jwt:user:1')).toBeUndefined()
  })
})
