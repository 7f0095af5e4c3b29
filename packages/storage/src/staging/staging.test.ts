import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createByteBudget } from '../byte-budget.ts'
import { makeBytes } from '../testing/blob-store-subject.ts'
import { openTestDirectory } from '../testing/index.ts'
import { filesBelow } from '../testing/open-test-disk.ts'
import { createStagedUpload } from './staged-upload.ts'
import { openStaging, type StagedUpload, type Staging, type StagingOptions } from './staging.ts'
import { openTemporaryDirectory } from './temporary-directory.ts'

const mebi = 1024 * 1024

async function openTestStaging(options: Partial<StagingOptions> = {}) {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await openTestDirectory())
  const directory = join(home.path, 'staging')
  const staging: Staging = opening.use(
    await openStaging({ directory, memoryByteSize: 1000, memoryBudgetByteSize: 64 * mebi, ...options }),
  )
  const owned = opening.move()
  return { staging, directory, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function writeAll(upload: StagedUpload, chunks: readonly Uint8Array[]): Promise<void> {
  // copies, because a chunk belongs to staging once it is written
  for (const chunk of chunks) await upload.write(Uint8Array.from(chunk))
}

function split(bytes: Buffer, nextByteSize: () => number): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.byteLength; ) {
    const byteSize = Math.max(1, nextByteSize())
    chunks.push(bytes.subarray(at, at + byteSize))
    at += byteSize
  }
  return chunks
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const random = createRandom(1)
const splits: readonly { readonly how: string; split(bytes: Buffer): Buffer[] }[] = [
  { how: 'whole', split: (bytes) => [bytes] },
  { how: 'byte by byte', split: (bytes) => split(bytes, () => 1) },
  {
    how: 'split at random',
    split: (bytes) => split(bytes, () => Math.floor(random() ** 4 * bytes.byteLength)),
  },
]
const uploads: readonly { byteSize: number; memoryByteSize: number; memoryBudgetByteSize: number }[] = [
  { byteSize: 0, memoryByteSize: 1000, memoryBudgetByteSize: 10 * mebi },
  { byteSize: 1, memoryByteSize: 1000, memoryBudgetByteSize: 10 * mebi },
  { byteSize: 1000, memoryByteSize: 1000, memoryBudgetByteSize: 10 * mebi },
  { byteSize: 1001, memoryByteSize: 1000, memoryBudgetByteSize: 10 * mebi },
  { byteSize: 30_000, memoryByteSize: 1000, memoryBudgetByteSize: 10 * mebi },
  { byteSize: 2000, memoryByteSize: 4000, memoryBudgetByteSize: 1500 },
  { byteSize: 2000, memoryByteSize: 4000, memoryBudgetByteSize: 0 },
]

describe('a staged upload', () => {
  const table = uploads.flatMap((upload) => splits.map((way) => ({ ...upload, ...way })))
  test.each(table)(
    'of $byteSize bytes $how, $memoryByteSize in memory of $memoryBudgetByteSize, becomes a file',
    async ({ byteSize, split: toChunks, ...options }) => {
      await using area = await openTestStaging(options)
      const bytes = makeBytes(byteSize)
      await using upload = area.staging.begin()
      await writeAll(upload, toChunks(bytes))
      const { source, ...facts } = await upload.finish()
      expect(facts).toEqual({ byteSize, sha256: createHash('sha256').update(bytes).digest('hex') })
      expect((await readFile(source.path)).equals(bytes)).toBe(true)
      expect(await filesBelow(area.directory)).toEqual([source.path])
      await upload[Symbol.asyncDispose]()
      expect(await filesBelow(area.directory)).toEqual([])
    },
  )

  test('of many pieces is written while it arrives, and holds the next back when both are full', async () => {
    await using area = await openTestStaging({ memoryByteSize: mebi })
    await using upload = area.staging.begin()
    const bytes = makeBytes(5 * mebi + 17)
    const waits = []
    for (const chunk of split(bytes, () => 64 * 1024)) {
      const wait = upload.write(chunk)
      if (wait !== undefined) waits.push(waits.length)
      await wait
    }
    expect(waits.length).toBeGreaterThan(0)
    expect(waits.length).toBeLessThan(6)
    const { source, sha256 } = await upload.finish()
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect((await readFile(source.path)).equals(bytes)).toBe(true)
  })

  test('B183 lies in a file for owner and group only', async () => {
    await using area = await openTestStaging()
    await using upload = area.staging.begin()
    await upload.write(makeBytes(5000))
    const { source } = await upload.finish()
    const { path } = source
    expect((await stat(path)).mode & 0o777 & ~0o640).toBe(0)
    expect((await stat(join(path, '..'))).mode & 0o777 & ~0o750).toBe(0)
  })

  test('accepts nothing after it was finished or disposed', async () => {
    await using area = await openTestStaging()
    await using upload = area.staging.begin()
    await upload.finish()
    await expect(upload.write(makeBytes(1))).rejects.toMatchObject({ code: 'INTERNAL' })
    await expect(upload.finish()).rejects.toMatchObject({ code: 'INTERNAL' })
    const other = area.staging.begin()
    await other[Symbol.asyncDispose]()
    await expect(other.write(makeBytes(1))).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(other.finish()).rejects.toMatchObject({ code: 'ABORTED' })
  })
})

describe('disposing a staged upload', () => {
  async function openUpload(totalByteSize: number) {
    await using opening = new AsyncDisposableStack()
    const home = opening.use(await openTestDirectory())
    const directory = opening.use(await openTemporaryDirectory(home.path))
    const budget = createByteBudget(totalByteSize)
    const upload = createStagedUpload({ directory, budget, memoryByteSize: 1000, isRelaxed: false })
    const owned = opening.move()
    return { home: home.path, budget, upload, [Symbol.asyncDispose]: () => owned.disposeAsync() }
  }

  const stages: readonly { stage: string; reach(upload: StagedUpload): unknown }[] = [
    { stage: 'before the first byte', reach: () => undefined },
    { stage: 'in memory', reach: (upload) => upload.write(makeBytes(500)) },
    { stage: 'finished from memory', reach: (upload) => writeAndFinish(upload, 500) },
    { stage: 'while the file is made', reach: (upload) => void upload.write(makeBytes(5000)) },
    { stage: 'while the next piece waits', reach: fillBoth },
    { stage: 'between pieces', reach: (upload) => fillBoth(upload).then(() => upload.write(makeBytes(10))) },
    { stage: 'while it finishes or finished in a file', reach: (upload) => writeAndFinish(upload, 5000) },
  ]

  function writeAndFinish(upload: StagedUpload, byteSize: number): Promise<unknown> {
    expect(upload.write(makeBytes(byteSize))).toBeUndefined()
    return upload.finish()
  }

  /** Fills the piece being written and the one that collects; resolves when there is room again. */
  async function fillBoth(upload: StagedUpload): Promise<void> {
    expect(upload.write(makeBytes(5000))).toBeUndefined()
    await upload.write(makeBytes(mebi))
  }

  test.each(stages.flatMap((one) => [true, false].map((isAwaited) => ({ ...one, isAwaited }))))(
    'B072 $stage (awaited: $isAwaited) leaves no file, no budget, and can be done again',
    async ({ reach, isAwaited }) => {
      await using area = await openUpload(4 * mebi)
      const reached = Promise.resolve(reach(area.upload)).catch((error: unknown) => error)
      if (isAwaited) await reached
      await Promise.all([area.upload[Symbol.asyncDispose](), area.upload[Symbol.asyncDispose]()])
      await reached
      await area.upload[Symbol.asyncDispose]()
      expect(await filesBelow(area.home)).toEqual([])
      expect(area.budget.freeByteSize).toBe(4 * mebi)
    },
  )
})

describe('a staging area', () => {
  test('keeps uploads in memory only within the budget that they share', async () => {
    await using home = await openTestDirectory()
    await using directory = await openTemporaryDirectory(home.path)
    const budget = createByteBudget(20_000)
    const begin = () => createStagedUpload({ directory, budget, memoryByteSize: 10_000, isRelaxed: false })
    const [first, second, third] = [begin(), begin(), begin()]
    for (const upload of [first, second, third]) void upload.write(makeBytes(8000))
    expect(budget.freeByteSize).toBeLessThan(4000)
    await third.finish()
    expect(await filesBelow(home.path)).toHaveLength(1)
    await Promise.all([first.finish(), second.finish()])
    expect(budget.freeByteSize).toBe(20_000)
    for (const upload of [first, second, third]) await upload[Symbol.asyncDispose]()
  })

  test('creates a scratch file for each call, and removes it', async () => {
    await using area = await openTestStaging()
    const [first, second] = [await area.staging.makeScratchFile(), await area.staging.makeScratchFile()]
    await writeFile(first.path, 'pixels')
    expect(await area.staging.sweep()).toBe(0)
    expect((await filesBelow(area.directory)).length).toBe(2)
    expect((await stat(second.path)).size).toBe(0)
    await first[Symbol.asyncDispose]()
    await second[Symbol.asyncDispose]()
    expect(await filesBelow(area.directory)).toEqual([])
  })

  test('discards what is still open when it is disposed', async () => {
    await using area = await openTestStaging()
    const [spilled, held] = [area.staging.begin(), area.staging.begin()]
    await spilled.write(makeBytes(5000))
    await held.write(makeBytes(10))
    await area.staging[Symbol.asyncDispose]()
    expect(await readdir(area.directory)).toEqual([])
    await expect(spilled.finish()).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test('B161 B164 a failed write is thrown by the next write or by finish, and leaves nothing', async () => {
    await using area = await openTestStaging()
    const [writing, finishing] = [area.staging.begin(), area.staging.begin()]
    const broken = { code: 'STORAGE_UNAVAILABLE', cause: { code: 'ENOTDIR' } }
    await rm(area.directory, { recursive: true })
    await writeFile(area.directory, 'in the way')
    await expect(area.staging.probe()).rejects.toMatchObject(broken)
    await writing.write(makeBytes(5000))
    await expect(writing.write(makeBytes(mebi))).rejects.toMatchObject(broken)
    await expect(writing.write(makeBytes(1))).rejects.toMatchObject(broken)
    await finishing.write(makeBytes(5000))
    await expect(finishing.finish()).rejects.toMatchObject(broken)
    await rm(area.directory)
    await mkdir(area.directory)
    await writing[Symbol.asyncDispose]()
    await finishing[Symbol.asyncDispose]()
    expect(await readdir(area.directory)).toEqual([])
  })

  test.each(['all that is in it', 'the whole'])(
    'B171 is created again if another program removes its directory: %s',
    async (what) => {
      await using area = await openTestStaging()
      const inside = (await readdir(area.directory)).map((name) => join(area.directory, name))
      expect(inside).toHaveLength(2) // a directory and its lease
      for (const path of what === 'the whole' ? [area.directory] : inside) await rm(path, { recursive: true })
      await Promise.all(
        [1, 2, 3].map(async (seedByte) => {
          await using upload = area.staging.begin()
          await writeAll(upload, [makeBytes(5000, seedByte)])
          const { source } = await upload.finish()
          expect((await readFile(source.path)).equals(makeBytes(5000, seedByte))).toBe(true)
        }),
      )
      await rm(area.directory, { recursive: true })
      await area.staging.probe()
      expect((await stat(area.directory)).mode & 0o777 & ~0o750).toBe(0)
      expect(await filesBelow(area.directory)).toEqual([])
    },
  )

  test('can be probed, and a probe leaves nothing', async () => {
    await using area = await openTestStaging()
    await area.staging.probe()
    expect(await filesBelow(area.directory)).toEqual([])
  })

  test('cannot be opened if a file has the name of its directory', async () => {
    await using home = await openTestDirectory()
    await writeFile(join(home.path, 'staging'), '')
    const options = { directory: join(home.path, 'staging'), memoryByteSize: 1, memoryBudgetByteSize: 1 }
    await expect(openStaging(options)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  })
})
