import { type FileHandle, open, readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { openTestDirectory } from '../testing/index.ts'
import { filesBelow } from '../testing/open-test-disk.ts'
import { openTemporaryDirectory } from './temporary-directory.ts'
import { openTemporaryFileWriter } from './temporary-file-writer.ts'

const mebi = 1024 * 1024

async function openTestFile(isRelaxed = false) {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await openTestDirectory())
  const directory = opening.use(await openTemporaryDirectory(home.path))
  const file = opening.use(await openTemporaryFileWriter(directory, { isRelaxed }))
  const owned = opening.move()
  return { home: home.path, file, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function prototypeOfHandles(): Promise<FileHandle> {
  await using any = await open(import.meta.filename)
  return Object.getPrototypeOf(any)
}

/** A disk that accepts all bytes, and whose next `datasync` the test ends. */
async function openLaggingDisk() {
  const prototype = await prototypeOfHandles()
  const held = Promise.withResolvers<void>()
  const lagging = vi.spyOn(prototype, 'datasync').mockReturnValueOnce(held.promise)
  const writing = vi.spyOn(prototype, 'writev')
  return {
    release: held.resolve,
    /** Resolves when the code that waits for a write has continued. */
    async idle() {
      await Promise.all(writing.mock.results.map(({ value }) => value))
      await setImmediate()
    },
    [Symbol.dispose]() {
      lagging.mockRestore()
      writing.mockRestore()
    },
  }
}

/** Sees every sync of a descriptor, until it is disposed. */
async function watchSyncs() {
  const prototype = await prototypeOfHandles()
  const syncs: { readonly name: string; readonly handle: FileHandle }[] = []
  let underWay = 0
  let mostAtOnce = 0
  const watching = (['sync', 'datasync'] as const).map((name) => {
    const original = prototype[name]
    return vi.spyOn(prototype, name).mockImplementation(async function (this: FileHandle) {
      syncs.push({ name, handle: this })
      underWay += 1
      mostAtOnce = Math.max(mostAtOnce, underWay)
      await original.call(this)
      underWay -= 1
    })
  })
  return {
    syncs,
    mostAtOnce: () => mostAtOnce,
    [Symbol.dispose]() {
      for (const one of watching) one.mockRestore()
    },
  }
}

test('a large file is synced while it grows, never twice at once, and once more when it is whole', async () => {
  await using area = await openTestFile()
  using watched = await watchSyncs()
  const bytes = Buffer.alloc(mebi, 'x')
  for (let count = 0; count < 80; count += 1) await area.file.append([bytes])
  await area.file.sync()
  const names = watched.syncs.map(({ name }) => name)
  expect([names.indexOf('datasync'), names.indexOf('sync')]).toEqual([0, names.length - 1])
  expect(watched.mostAtOnce()).toBe(1)
  expect(new Set(watched.syncs.map(({ handle }) => handle)).size).toBe(1)
  expect((await readFile(area.file.path)).length).toBe(80 * mebi)
})

test('a file waits for a disk that is 64 MiB behind, and continues when the disk has synced them', async () => {
  await using area = await openTestFile()
  using disk = await openLaggingDisk()
  const bytes = Buffer.alloc(mebi)
  // 16 MiB begin the slow sync. All but the last of 64 more are written in the meantime.
  for (let count = 1; count < 16 + 64; count += 1) await area.file.append([bytes])
  let hasEnded = false
  const last = area.file.append([bytes]).then(() => {
    hasEnded = true
  })
  await disk.idle()
  expect(hasEnded).toBe(false)
  disk.release()
  await last
  await area.file.append([bytes])
  await area.file.sync()
  expect((await readFile(area.file.path)).length).toBe(81 * mebi)
})

test('a small file is synced when it is whole, and not again', async () => {
  await using area = await openTestFile()
  using watched = await watchSyncs()
  await area.file.append([Buffer.alloc(mebi)])
  await Promise.all([area.file.sync(), area.file.sync()])
  await area.file.sync()
  expect(watched.syncs.map(({ name }) => name)).toEqual(['sync'])
})

test('nothing is synced if the system decides when to write', async () => {
  await using area = await openTestFile(true)
  using watched = await watchSyncs()
  for (let count = 0; count < 40; count += 1) await area.file.append([Buffer.alloc(mebi)])
  expect(watched.syncs).toEqual([])
})

test('B072: a file that is disposed while it is synced is closed and gone, however often', async () => {
  await using area = await openTestFile()
  for (let count = 0; count < 20; count += 1) await area.file.append([Buffer.alloc(mebi)])
  const { file } = area
  await Promise.all([file.sync(), file[Symbol.asyncDispose](), file[Symbol.asyncDispose]()])
  expect(await filesBelow(area.home)).toEqual([])
  await expect(file.append([Buffer.alloc(1)])).rejects.toMatchObject({ code: 'EBADF' })
})
