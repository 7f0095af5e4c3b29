import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fileSource } from '../staging/file-source.ts'
import { keep, listBlobs, makeBytes, newKey, readBlob, replace } from '../testing/blob-store-subject.ts'
import { describeBlobStore, openTestDirectory } from '../testing/index.ts'
import { filesBelow, openDescriptors, openTestDisk } from '../testing/open-test-disk.ts'
import { openDiskBlobStore } from './disk.ts'

async function hasOwnDevice(path: string): Promise<boolean> {
  await using here = await openTestDirectory()
  const device = await stat(path).then(
    ({ dev }) => dev,
    () => undefined,
  )
  return device !== undefined && device !== (await stat(here.path)).dev
}

const isLinux = process.platform === 'linux'
const hasOtherDevice = await hasOwnDevice('/dev/shm')

describeBlobStore('the disk driver', {
  abilities: { localPath: true },
  open: () => openTestDisk(),
})
describeBlobStore('the disk driver, relaxed', {
  abilities: { localPath: true },
  open: () => openTestDisk({ durability: 'relaxed' }),
})

describe('opening a disk', () => {
  test('B183 makes its directories for owner and group, and files without an execute bit', async () => {
    await using disk = await openTestDisk()
    const key = newKey()
    await disk.store.put(key, makeBytes(10), keep)
    await disk.store.put(newKey(), makeBytes(10), replace)
    for (const path of await filesBelow(disk.directory)) {
      expect((await stat(path)).mode & 0o777 & ~0o640).toBe(0)
      expect((await stat(dirname(path))).mode & 0o777 & ~0o750).toBe(0)
    }
    expect((await stat(disk.directory)).mode & 0o777 & ~0o750).toBe(0)
    expect((await stat(disk.stagingDirectory)).mode & 0o777 & ~0o750).toBe(0)
  })

  test.skipIf(!hasOtherDevice)(
    'B188 refuses a staging directory on another device (skipped if /dev/shm is none)',
    async () => {
      await using home = await openTestDirectory()
      await using other = await openTestDirectory('/dev/shm')
      const opening = openDiskBlobStore({ directory: home.path, stagingDirectory: other.path })
      await expect(opening).rejects.toMatchObject({
        code: 'STORAGE_UNAVAILABLE',
        message: expect.stringContaining('same file system'),
      })
      expect(await readdir(other.path)).toEqual([])
      expect(await readdir(home.path)).toEqual([])
    },
  )

  test('B180 refuses a staging directory that would be listed with the blobs', async () => {
    await using home = await openTestDirectory()
    for (const stagingDirectory of [home.path, join(home.path, 'staging')]) {
      const opening = openDiskBlobStore({ directory: home.path, stagingDirectory })
      await expect(opening).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    }
    await using store = await openDiskBlobStore({
      directory: home.path,
      stagingDirectory: join(home.path, '.staging'),
    })
    expect(await listBlobs(store, '')).toEqual([])
  })

  test('a store without a staging directory has one of its own, which it sweeps and removes', async () => {
    await using home = await openTestDirectory()
    const leftovers = join(home.path, '.staging', '0123456789abcdef-0123456789abcdef')
    await mkdir(leftovers, { recursive: true })
    await writeFile(join(leftovers, 'of a process that was killed'), '')
    const key = newKey()
    {
      await using store = await openDiskBlobStore({ directory: home.path })
      expect(existsSync(leftovers)).toBe(false)
      expect(await store.put(key, makeBytes(10), keep)).toBe('stored')
      expect(await listBlobs(store, '')).toMatchObject([{ key }])
    }
    expect(await readdir(home.path)).toEqual(['originals'])
  })

  test('B164 refuses what cannot be written', async () => {
    await using home = await openTestDirectory()
    await writeFile(join(home.path, 'file'), '')
    const opening = openDiskBlobStore({
      directory: join(home.path, 'file', 'photos'),
      stagingDirectory: join(home.path, 'staging'),
    })
    await expect(opening).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', cause: { code: 'ENOTDIR' } })
  })

  test('B164 refuses a read-only directory, also if root runs the tests', async () => {
    await using home = await openTestDirectory()
    const directory = join(home.path, 'photos')
    await mkdir(directory)
    await chmod(directory, 0o550)
    using _user = await actAsUser(home.path, directory)
    const opening = openDiskBlobStore({ directory, stagingDirectory: join(home.path, 'staging') })
    await expect(opening).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', cause: { code: 'EACCES' } })
  })

  test('what an interrupted probe has left is removed', async () => {
    await using disk = await openTestDisk()
    await writeFile(join(disk.directory, '.probe'), 'left')
    await disk.store.probe()
    expect(await filesBelow(disk.home)).toEqual([])
  })

  test('disposing waits for what is under way and leaves nothing in the staging directory', async () => {
    await using disk = await openTestDisk()
    const keys = Array.from({ length: 8 }, () => newKey())
    const puts = keys.map((key) => disk.store.put(key, makeBytes(1000), keep))
    await disk.store[Symbol.asyncDispose]()
    expect(await filesBelow(disk.directory)).toHaveLength(8)
    expect(await readdir(disk.stagingDirectory)).toEqual([])
    expect(await Promise.all(puts)).toEqual(keys.map(() => 'stored'))
  })
})

describe('a disk whose directory is gone', () => {
  test('is unavailable, and not empty', async () => {
    await using disk = await openTestDisk()
    const key = newKey()
    await disk.store.put(key, makeBytes(10), keep)
    await rm(disk.directory, { recursive: true })
    const unavailable = { code: 'STORAGE_UNAVAILABLE' }
    await expect(disk.store.open(key)).rejects.toMatchObject(unavailable)
    await expect(disk.store.stat(key)).rejects.toMatchObject(unavailable)
    await expect(disk.store.delete(key)).rejects.toMatchObject(unavailable)
    await expect(listBlobs(disk.store, '')).rejects.toMatchObject(unavailable)
    await expect(disk.store.probe()).rejects.toMatchObject(unavailable)
    await expect(disk.store.put(key, makeBytes(10), keep)).rejects.toMatchObject(unavailable)
    expect(await filesBelow(disk.home)).toEqual([])
  })

  test('leaves nothing if the staging directory is missing and cannot be created again', async () => {
    await using disk = await openTestDisk()
    await rm(disk.stagingDirectory, { recursive: true })
    await writeFile(disk.stagingDirectory, 'in the way')
    await expect(disk.store.put(newKey(), makeBytes(10), keep)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      cause: { code: 'ENOTDIR' },
    })
    expect(await filesBelow(disk.home)).toEqual([disk.stagingDirectory])
  })

  test('B171 stores blobs after another program has emptied the staging directory', async () => {
    await using disk = await openTestDisk()
    for (const name of await readdir(disk.stagingDirectory))
      await rm(join(disk.stagingDirectory, name), { recursive: true })
    const key = newKey()
    expect(await disk.store.put(key, makeBytes(10), keep)).toBe('stored')
    expect(await readBlob(disk.store, { key })).toEqual(makeBytes(10))
    await disk.store.probe()
  })
})

describe('a blob that another program changes', () => {
  test('B182 fails its reader if it is cut short, and pads nothing', async () => {
    await using disk = await openTestDisk()
    const key = newKey()
    const bytes = makeBytes(1_000_000)
    await disk.store.put(key, bytes, keep)
    const blob = await disk.store.open(key)
    await truncate(join(disk.directory, key), 400_000)
    const read: Buffer[] = []
    const reading = async () => {
      for await (const chunk of blob?.body ?? []) read.push(chunk)
    }
    await expect(reading()).rejects.toMatchObject({ name: 'TintypeError', code: 'INTERNAL' })
    expect(Buffer.concat(read).equals(bytes.subarray(0, 400_000))).toBe(true)
    expect(await openDescriptors(disk.home)).toEqual([])
  })

  test('B182 serves the size that it had if it grows', async () => {
    await using disk = await openTestDisk()
    const key = newKey()
    await disk.store.put(key, makeBytes(1000), keep)
    const blob = await disk.store.open(key)
    await writeFile(join(disk.directory, key), 'more', { flag: 'a' })
    const read = Buffer.concat((await blob?.body.toArray()) ?? [])
    expect(read).toEqual(makeBytes(1000))
  })
})

describe('what a disk holds', () => {
  test.skipIf(!isLinux)(
    'bodies release their descriptor, read to the end, destroyed or refused',
    async () => {
      await using disk = await openTestDisk()
      const { store } = disk
      const key = newKey()
      await store.put(key, makeBytes(1_000_000), keep)
      const bodies = await Promise.all(Array.from({ length: 4 }, async () => (await store.open(key))?.body))
      expect(await openDescriptors(disk.home)).toHaveLength(4)
      const closed = bodies.map((body) => new Promise((resolve) => body?.once('close', resolve)))
      bodies[0]?.destroy()
      bodies[1]?.resume()
      bodies[2]?.once('data', () => bodies[2]?.destroy())
      bodies[3]?.read()
      bodies[3]?.destroy()
      await Promise.all(closed)
      await expect(store.open(key, { range: { start: 5, end: 9_000_000 } })).rejects.toThrow()
      expect(await openDescriptors(disk.home)).toEqual([])
    },
  )

  test('no temporary file stays after puts that stored, found the key taken, or were aborted', async () => {
    await using disk = await openTestDisk()
    const { store } = disk
    const key = newKey()
    await store.put(key, makeBytes(1000), keep)
    await store.put(key, makeBytes(1000), keep)
    await store.put(key, makeBytes(1000), replace)
    const abort = new AbortController()
    const aborted = store.put(newKey(), makeBytes(1000), { ...keep, signal: abort.signal })
    abort.abort()
    await expect(aborted).rejects.toBe(abort.signal.reason)
    expect(await filesBelow(disk.home)).toEqual([join(disk.directory, key)])
  })

  test.skipIf(!hasOtherDevice)(
    'a staged file on another device is copied, and stays (skipped if /dev/shm is none)',
    async () => {
      await using disk = await openTestDisk()
      await using other = await openTestDirectory('/dev/shm')
      const path = join(other.path, 'staged')
      const [key, bytes] = [newKey(), makeBytes(3_000_000)]
      await writeFile(path, bytes)
      expect(await disk.store.put(key, fileSource(path), keep)).toBe('stored')
      expect(await disk.store.put(key, fileSource(path), keep)).toBe('exists')
      expect(await disk.store.put(key, fileSource(path), replace)).toBe('stored')
      expect((await readBlob(disk.store, { key }))?.equals(bytes)).toBe(true)
      expect(await filesBelow(disk.home)).toEqual([join(disk.directory, key)])
      expect(await readdir(other.path)).toEqual(['staged'])
    },
  )

  test('a staged file that can be neither linked nor read fails its put with the reason', async () => {
    await using disk = await openTestDisk()
    const directory = { path: disk.stagingDirectory, sync: async () => undefined }
    const put = disk.store.put(newKey(), directory, keep)
    await expect(put).rejects.toMatchObject({ facts: { unreadable: 'damaged' } })
    expect(await filesBelow(disk.home)).toEqual([])
  })

  test('a delete removes the directories that it empties', async () => {
    await using disk = await openTestDisk()
    const [one, other] = [newKey('abcdef0-1'), newKey('abcdef0-2')]
    await disk.store.put(one, makeBytes(10), keep)
    await disk.store.put(other, makeBytes(10), keep)
    await disk.store.delete(one)
    expect(await filesBelow(disk.directory)).toEqual([join(disk.directory, other)])
    await disk.store.delete(other)
    expect(await readdir(disk.directory)).toEqual([])
  })

  test('what was stored is there when the disk is opened again', async () => {
    await using disk = await openTestDisk()
    const key = newKey()
    await disk.store.put(key, makeBytes(10), keep)
    await disk.store[Symbol.asyncDispose]()
    await using again = await openDiskBlobStore(disk)
    expect(await readBlob(again, { key })).toEqual(makeBytes(10))
  })
})

/** Gives root's rights up until it is disposed, because root may write anywhere. The paths get the new owner. */
async function actAsUser(...paths: readonly string[]): Promise<Disposable> {
  const { geteuid, seteuid } = process
  if (geteuid?.() !== 0 || seteuid === undefined) return { [Symbol.dispose]() {} }
  const user = 65_534
  for (const path of paths) await chown(path, user, user)
  seteuid(user)
  return { [Symbol.dispose]: () => seteuid(0) }
}
