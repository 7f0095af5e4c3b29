import { constants } from 'node:fs'
import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listStaged, openStaging } from '../staging/staging.ts'
import { keep, listBlobs, makeBytes, newKey, readBlob } from '../testing/blob-store-subject.ts'
import { openTestDirectory } from '../testing/index.ts'
import { filesBelow, openTestDisk } from '../testing/open-test-disk.ts'
import { openDiskBlobReader } from './disk.ts'

async function collect<Item>(items: AsyncIterable<Item> | undefined): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items ?? []) all.push(item)
  return all
}

test('a reader sees what a store beside it writes, and writes nothing itself', async () => {
  await using disk = await openTestDisk()
  await using reader = await openDiskBlobReader(disk)
  const key = newKey()
  expect(await reader.stat(key)).toBeUndefined()
  await disk.store.put(key, makeBytes(1000), keep)
  const before = await filesBelow(disk.home)
  expect(await reader.stat(key)).toEqual(await disk.store.stat(key))
  expect(await reader.localPath?.(key)).toBe(join(disk.directory, key))
  expect((await collect(reader.list(''))).map((blob) => blob.key)).toEqual([key])
  const body = (await reader.open(key))?.body
  expect(Buffer.concat(await collect<Buffer>(body))).toEqual(makeBytes(1000))
  expect(await filesBelow(disk.home)).toEqual(before)
})

test.runIf(constants.O_NOATIME !== undefined)(
  'a check that reads every rendition keeps the times of their last use, so that those not viewed are evicted first',
  async () => {
    await using disk = await openTestDisk({ countsReads: false })
    await using reader = await openDiskBlobReader(disk)
    const key = newKey()
    await disk.store.put(key, makeBytes(1000), keep)
    const usedAt = new Date('2026-01-31T02:00:00Z') // so long ago that Linux would note the next read
    await utimes(join(disk.directory, key), usedAt, usedAt)
    expect(await readBlob(reader, { key })).toEqual(makeBytes(1000))
    expect(await readBlob(disk.store, { key })).toEqual(makeBytes(1000))
    expect(await collect(reader.list(''))).toMatchObject([{ usedAtMs: usedAt.getTime() }])
  },
)

test('a reader creates no directory', async () => {
  await using home = await openTestDirectory()
  const opening = openDiskBlobReader({ directory: join(home.path, 'photos') })
  await expect(opening).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  expect(await readdir(home.path)).toEqual([])
})

test('B173 what is no blob is listed as foreign, and never gone into', async () => {
  await using disk = await openTestDisk()
  const key = newKey()
  await disk.store.put(key, makeBytes(10), keep)
  await mkdir(join(disk.directory, '.hidden'))
  await writeFile(join(disk.directory, '.hidden/file'), '')
  await writeFile(join(disk.directory, 'originals/Thumbs.db'), '')
  await symlink('/etc', join(disk.directory, 'originals/etc'))
  await symlink(key, join(disk.directory, 'link.jpg'))
  expect((await collect(disk.store.listForeign?.())).toSorted()).toEqual([
    '.hidden',
    'link.jpg',
    'originals/Thumbs.db',
    'originals/etc',
  ])
  expect((await listBlobs(disk.store, '')).map((blob) => blob.key)).toEqual([key])
  expect(await readBlob(disk.store, { key })).toEqual(makeBytes(10))
})

test('a store that is the root of a disk has lost+found, which is nothing foreign there', async () => {
  await using disk = await openTestDisk()
  await disk.store.put(newKey(), makeBytes(10), keep)
  await mkdir(join(disk.directory, 'lost+found'))
  await mkdir(join(disk.directory, 'originals/lost+found'), { recursive: true })
  expect(await collect(disk.store.listForeign?.())).toEqual(['originals/lost+found'])
})

test('staged files of every process are listed with their time', async () => {
  await using home = await openTestDirectory()
  const directory = join(home.path, 'staging')
  expect(await collect(listStaged(directory))).toEqual([])
  await using staging = await openStaging({ directory, memoryByteSize: 0, memoryBudgetByteSize: 1000 })
  await using upload = staging.begin()
  await upload.write(Uint8Array.of(1))
  await upload.finish()
  const left = join(directory, `${'0'.repeat(16)}-${'1'.repeat(16)}`)
  await mkdir(left)
  await writeFile(join(left, 'half'), 'half')
  await utimes(join(left, 'half'), new Date(5000), new Date(5000))
  await writeFile(join(directory, 'notes.txt'), '')
  const listed = await collect(listStaged(directory))
  expect(listed).toHaveLength(2)
  expect(listed).toContainEqual({ path: join(left, 'half'), modifiedAtMs: 5000 })
})
