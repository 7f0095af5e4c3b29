import { mkdtempDisposable, readFile, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMemoryCatalog } from '@tintype/catalog/drivers/memory'
import { type BlobKey, type BlobStat, type BlobStore, openStaging, parseBlobKey } from '@tintype/storage'
import { openDiskBlobStore } from '@tintype/storage/drivers/disk'
import { openMemoryBlobStore } from '@tintype/storage/drivers/memory'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { originalKey } from '../blob-keys.ts'
import { newPhotoId } from '../photo-id.ts'
import { createQuarantine } from './quarantine/quarantine.ts'
import { startSweeps } from './scheduled-sweeps.ts'

const orphan = parseBlobKey('originals/0193f6a/0193f6a0-7c00-7000-8000-000000000004.jpg')
const otherOrphan = parseBlobKey('originals/0193f6a/0193f6a0-7c00-7000-8000-000000000005.jpg')
const rendition = parseBlobKey('renditions/0193f6a/0193f6a0-7c00-7000-8000-000000000004.thumb.webp')

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

/** What sweeps work on, in which all bytes are of 1970, and a log that remembers. */
async function openTestSweeps() {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await mkdtempDisposable(`${tmpdir()}/tintype-test-`))
  const memory = { memoryByteSize: 1, memoryBudgetByteSize: 1 }
  const staging = opening.use(await openStaging({ directory: home.path, ...memory }))
  const blobs = asOfOld(opening.use(await openMemoryBlobStore()))
  const catalog = opening.use(await openMemoryCatalog())
  const directory = join(home.path, 'quarantine')
  const openStore = () => openDiskBlobStore({ directory })
  const quarantine = createQuarantine({ blobs, staging, openStore })
  const photos = { finishDeletions: async () => ({ removed: 0, left: 0 }) }
  const lines: { readonly event: string; readonly level: number; readonly key?: string }[] = []
  const swept = Promise.withResolvers<void>()
  const at = (level: number) => (facts: object) => {
    const line = facts as (typeof lines)[number]
    lines.push({ ...line, level })
    if (line.event === 'sweep') swept.resolve()
  }
  const log = { info: at(30), warn: at(40), error: at(50) }
  const owned = opening.move()
  return {
    deps: {
      ...{ staging, blobs, catalog, photos, quarantine, log },
      maxConcurrentUploads: 64,
      auditRetentionSeconds: 3600,
      eventRetentionSeconds: 3600,
    },
    plant: async (...keys: BlobKey[]) => {
      for (const key of keys)
        await blobs.put(key, Buffer.from('bytes'), { contentType: 'image/jpeg', ifExists: 'fail' })
    },
    ...{ lines, swept: swept.promise, directory },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function asOfOld(blobs: BlobStore): BlobStore {
  const old = (found: BlobStat) => ({ ...found, modifiedAtMs: 0 })
  return {
    ...blobs,
    async stat(key) {
      const found = await blobs.stat(key)
      return found && old(found)
    },
    async *list(prefix) {
      for await (const found of blobs.list(prefix)) yield old(found)
    },
  }
}

test('files of deleted photos are removed every minute, until the sweeps end', async () => {
  await using area = await openTestSweeps()
  let tries = 0
  const finishDeletions = async () => {
    tries += 1
    return { removed: 1, left: 0 }
  }
  const sweeps = startSweeps({ ...area.deps, photos: { finishDeletions } })
  await vi.advanceTimersByTimeAsync(59_000)
  expect(tries).toBe(0)
  await vi.advanceTimersByTimeAsync(2 * 60_000)
  await sweeps[Symbol.asyncDispose]()
  expect(tries).toBe(2)
  expect(area.lines).toMatchObject(Array(2).fill({ event: 'sweep', removed: 1 }))
  await vi.advanceTimersByTimeAsync(10 * 60_000)
  expect(tries).toBe(2)
})

test('audit records and revocations are forgotten when their time is over', async () => {
  await using area = await openTestSweeps()
  const { catalog } = area.deps
  const at = (ageMs: number) => new Date(Date.now() - ageMs).toISOString()
  const entry = {
    requestId: '',
    actor: 'env',
    action: 'photo.delete',
    target: null,
    owner: null,
    outcome: 'done',
    details: {},
  } as const
  await catalog.recordAudit({ ...entry, id: newPhotoId(Date.now()), at: at(3_700_000) })
  const young = { ...entry, id: newPhotoId(Date.now()), at: at(3_500_000) }
  await catalog.recordAudit(young)
  await catalog.revokeToken({ id: 'old', expiresAt: at(3 * 3_600_000) })
  await catalog.revokeToken({ id: 'young', expiresAt: at(3_600_000) })
  const forgotten = Promise.withResolvers<void>()
  const forgetAccess: typeof catalog.forgetAccess = async (limits) => {
    await catalog.forgetAccess(limits)
    forgotten.resolve()
  }
  await using _sweeps = startSweeps({ ...area.deps, catalog: { ...catalog, forgetAccess } })
  await forgotten.promise
  expect((await catalog.listAudit({ limit: 10 })).entries).toEqual([young])
  expect([await catalog.isTokenRevoked('old'), await catalog.isTokenRevoked('young')]).toEqual([false, true])
})

test('B184 if quarantine cannot be written, the sweep logs one line for each original and continues', async () => {
  await using area = await openTestSweeps()
  const { blobs, catalog } = area.deps
  await area.plant(orphan, otherOrphan, rendition)
  await writeFile(area.directory, 'in its way')
  let forgets = 0
  const forgetIdempotencyKeys = async (before: string) => {
    forgets += 1
    return await catalog.forgetIdempotencyKeys(before)
  }
  await using _sweeps = startSweeps({ ...area.deps, catalog: { ...catalog, forgetIdempotencyKeys } })
  await area.swept
  expect(forgets).toBe(1)
  expect(area.lines.toSorted((one, other) => `${one.key}`.localeCompare(`${other.key}`))).toMatchObject([
    { event: 'orphan', level: 40, key: orphan, err: { code: 'STORAGE_UNAVAILABLE' } },
    { event: 'orphan', level: 40, key: otherOrphan, err: { code: 'STORAGE_UNAVAILABLE' } },
    { event: 'sweep', level: 40, removed: 1, setAside: 0, left: 2 },
  ])
  expect([await blobs.stat(orphan), await blobs.stat(rendition)]).toMatchObject([{ key: orphan }, undefined])
})

test('what was put aside stays in quarantine for as long as configured, however old its bytes are', async () => {
  await using area = await openTestSweeps()
  await area.plant(orphan)
  const sweepWith = async (quarantineRetentionSeconds?: number) => {
    const swept = Promise.withResolvers<void>()
    const onSwept = () => swept.resolve()
    await using _sweeps = startSweeps({ ...area.deps, quarantineRetentionSeconds, onSwept })
    await swept.promise
  }
  await sweepWith()
  const kept = join(area.directory, orphan)
  await utimes(kept, 0, 0)
  await sweepWith()
  await sweepWith(60)
  expect(await readFile(kept, 'utf8')).toBe('bytes')
  await sweepWith(-60) // as if two minutes had passed
  await expect(readFile(kept)).rejects.toMatchObject({ code: 'ENOENT' })
  expect(area.lines.filter(({ event }) => event === 'quarantine')).toMatchObject([
    { level: 40, removed: 1, byteSize: 5, left: 0 },
  ])
})

test('each sweep counts the renditions that there are, also without a budget for them, and what is in quarantine', async () => {
  await using area = await openTestSweeps()
  const counted = Promise.withResolvers<object>()
  await area.plant(orphan, rendition, parseBlobKey('renditions/readme'))
  const measured = Promise.withResolvers<object>()
  const listeners = { onCounted: counted.resolve, onQuarantine: measured.resolve }
  await using _sweeps = startSweeps({ ...area.deps, ...listeners })
  expect(await counted.promise).toEqual({ renditions: 1, byteSize: 'bytes'.length })
  expect(await measured.promise).toEqual({ files: 1, byteSize: 'bytes'.length })
})

test('a quarantine that cannot be read is logged, and the sweep ends as usual', async () => {
  await using area = await openTestSweeps()
  await area.plant(orphan)
  const err = new Error('away')
  const quarantine = { ...area.deps.quarantine, empty: () => Promise.reject(err) }
  await using _sweeps = startSweeps({ ...area.deps, quarantine, quarantineRetentionSeconds: 60 })
  await area.swept
  expect(area.lines).toMatchObject([
    { event: 'set-aside', level: 40, key: orphan },
    { event: 'quarantine', level: 40, err },
    { event: 'sweep', level: 40, setAside: 1 },
  ])
})

test('B184 if the catalog is doubted, nothing is removed from quarantine', async () => {
  await using area = await openTestSweeps()
  await area.plant(...Array.from({ length: 257 }, () => originalKey(newPhotoId(Date.now()), 'jpeg')))
  const empty = () => Promise.reject(new Error('emptied'))
  const quarantine = { ...area.deps.quarantine, empty }
  await using _sweeps = startSweeps({ ...area.deps, quarantine, quarantineRetentionSeconds: 60 })
  await area.swept
  expect(area.lines).toMatchObject([{ event: 'sweep', level: 50, isCatalogDoubted: true }])
})

test('B184 a sweep that is stopped during a move completes the move and logs it', async () => {
  await using area = await openTestSweeps()
  const { blobs, quarantine } = area.deps
  await area.plant(orphan, rendition)
  const begun = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  async function keepOrphan(key: BlobKey) {
    begun.resolve()
    await goOn.promise
    return await quarantine.keepOrphan(key)
  }
  const sweeps = startSweeps({ ...area.deps, quarantine: { ...quarantine, keepOrphan } })
  await begun.promise
  const ended = sweeps[Symbol.asyncDispose]()
  goOn.resolve()
  await ended
  expect(area.lines).toMatchObject([{ event: 'set-aside', level: 40, key: orphan }])
  expect(await readFile(join(area.directory, orphan), 'utf8')).toBe('bytes')
  expect([await blobs.stat(orphan), await blobs.stat(rendition)]).toMatchObject([
    undefined,
    { key: rendition },
  ])
})

test('of two servers one sweeps what they share; when it stops, the other continues its six hours', async () => {
  vi.useRealTimers()
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  await using area = await openTestSweeps()
  const { catalog } = area.deps
  const counts = { one: 0, other: 0 }
  const acts = new Map<string, () => void>()
  const hear = (act: string) => new Promise<void>((resolve) => acts.set(act, resolve))
  const start = (holder: keyof typeof counts) => {
    const watched = {
      ...catalog,
      async acquireLease(...given: Parameters<typeof catalog.acquireLease>) {
        const answer = await catalog.acquireLease(...given)
        acts.get(`${holder} ${answer.lease ? 'has' : 'lacks'} the lease`)?.()
        return answer
      },
      async forgetAccess(...given: Parameters<typeof catalog.forgetAccess>) {
        counts[holder] += 1
        await catalog.forgetAccess(...given)
        acts.get(`${holder} swept`)?.()
      },
    }
    const lease = { holder, durationMs: 24 * 3_600_000, intervalMs: 1 }
    return startSweeps({ ...area.deps, catalog: watched, lease })
  }
  const swept = hear('one swept')
  const one = start('one')
  await swept
  const refused = hear('other lacks the lease')
  await using _other = start('other')
  await refused
  const granted = hear('other has the lease')
  await one[Symbol.asyncDispose]()
  await granted
  await vi.advanceTimersByTimeAsync(5.9 * 3_600_000)
  expect(counts).toEqual({ one: 1, other: 0 })
  const sweptAgain = hear('other swept')
  await vi.advanceTimersByTimeAsync(0.2 * 3_600_000)
  await sweptAgain
  expect(counts).toEqual({ one: 1, other: 1 })
})
