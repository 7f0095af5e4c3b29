import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMemoryCatalog } from '@tintype/catalog/drivers/memory'
import { openStaging } from '@tintype/storage'
import { openMemoryBlobStore } from '@tintype/storage/drivers/memory'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createQuarantine } from './quarantine.ts'
import { startSweeps } from './sweeps.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

test('what deletions have left is tried again every minute, until the sweeps end', async () => {
  await using home = await mkdtempDisposable(`${tmpdir()}/tintype-test-`)
  await using staging = await openStaging({
    directory: home.path,
    memoryByteSize: 1,
    memoryBudgetByteSize: 1,
  })
  await using blobs = await openMemoryBlobStore()
  await using catalog = await openMemoryCatalog()
  let tries = 0
  const removeRememberedBytes = async () => {
    tries += 1
    return { removed: 1, left: 0 }
  }
  const lines: string[] = []
  const log = pino({}, { write: (line) => void lines.push(line) })
  const photos = { removeRememberedBytes }
  const quarantine = createQuarantine(join(home.path, 'quarantine'), blobs)
  const sweeps = startSweeps({ staging, blobs, catalog, photos, quarantine, log, maxConcurrentUploads: 64 })
  await vi.advanceTimersByTimeAsync(59_000)
  expect(tries).toBe(0)
  await vi.advanceTimersByTimeAsync(2 * 60_000)
  await sweeps[Symbol.asyncDispose]()
  expect(tries).toBe(2)
  expect(lines.map((line) => JSON.parse(line))).toMatchObject(Array(2).fill({ event: 'sweep', removed: 1 }))
  await vi.advanceTimersByTimeAsync(10 * 60_000)
  expect(tries).toBe(2)
})
