import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { BlobKey } from '../../blob-key.ts'
import { keep, listBlobs, makeBytes, newKey, readBlob, replace } from '../../testing/blob-store-subject.ts'
import { openTestDirectory } from '../../testing/index.ts'
import { filesBelow, openDescriptors, openTestDisk } from '../../testing/open-test-disk.ts'

describe('what is planted on a disk', () => {
  const plants: readonly { name: string; plant(path: string, secret: string): Promise<unknown> }[] = [
    { name: 'a link to a file', plant: (path, secret) => symlink(secret, path) },
    { name: 'a link to a directory', plant: (path, secret) => symlink(dirname(secret), path) },
    { name: 'a dangling link', plant: (path) => symlink('/nowhere/at/all', path) },
    { name: 'a directory', plant: (path) => mkdir(path) },
    { name: 'a FIFO', plant: (path) => promisify(execFile)('mkfifo', [path]) },
    { name: 'a socket', plant: plantSocket },
  ]

  test.each(plants)('B173 B174 B179 $name under a key is no blob', async ({ plant }) => {
    await using disk = await openTestDisk()
    const { store } = disk
    const key = newKey('abcdef0')
    const path = join(disk.directory, key)
    await writeFile(join(disk.home, 'secret'), 'secret')
    await mkdir(dirname(path), { recursive: true })
    await plant(path, join(disk.home, 'secret'))
    expect(await store.open(key)).toBeUndefined()
    expect(await store.stat(key)).toBeUndefined()
    expect(await store.localPath?.(key)).toBeUndefined()
    expect(await listBlobs(store, '')).toEqual([])
    await expect(store.put(key, makeBytes(10), keep)).rejects.toMatchObject({ code: 'INTERNAL' })
    await store.delete(key)
    expect(await readFile(join(disk.home, 'secret'), 'utf8')).toBe('secret')
    expect(await openDescriptors(disk.home)).toEqual([])
  })

  test('B173 a replacing put takes the place of a link and leaves its target alone', async () => {
    await using disk = await openTestDisk()
    const key = newKey('abcdef0')
    const secret = join(disk.home, 'secret')
    await writeFile(secret, 'secret')
    await mkdir(dirname(join(disk.directory, key)), { recursive: true })
    await symlink(secret, join(disk.directory, key))
    expect(await disk.store.put(key, makeBytes(10), replace)).toBe('stored')
    expect(await readBlob(disk.store, { key })).toEqual(makeBytes(10))
    expect(await readFile(secret, 'utf8')).toBe('secret')
  })

  test.each(['originals', 'originals/abcdef0'])('B173 %s as a link is not followed', async (link) => {
    await using disk = await openTestDisk()
    const { store } = disk
    const key = newKey('abcdef0')
    const outside = join(disk.home, 'outside')
    const path = join(outside, key.slice(link.length))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, 'outside')
    await mkdir(dirname(join(disk.directory, link)), { recursive: true })
    await symlink(outside, join(disk.directory, link))
    expect(await store.open(key)).toBeUndefined()
    expect(await store.stat(key)).toBeUndefined()
    expect(await store.localPath?.(key)).toBeUndefined()
    for (const prefix of ['', 'originals/', 'originals/abcdef0/'])
      expect(await listBlobs(store, prefix)).toEqual([])
    await store.delete(key)
    expect(await readFile(path, 'utf8')).toBe('outside')
    for (const target of [key, `${link}/fresh/one.jpg` as BlobKey])
      for (const options of [keep, replace])
        await expect(store.put(target, makeBytes(10), options)).rejects.toMatchObject({
          code: 'STORAGE_UNAVAILABLE',
        })
    expect(await filesBelow(outside)).toEqual([path])
    expect(await readdir(outside, { recursive: true })).not.toContain('fresh')
    expect(await filesBelow(disk.stagingDirectory)).toEqual([])
  })

  test('B180 names that are no keys are not listed', async () => {
    await using disk = await openTestDisk()
    await mkdir(join(disk.directory, '.git'))
    await writeFile(join(disk.directory, '.git', 'config'), '')
    await writeFile(join(disk.directory, '.htaccess'), '')
    await writeFile(join(disk.directory, 'Thumbs.DB'), '')
    expect(await listBlobs(disk.store, '')).toEqual([])
  })
})

async function plantSocket(path: string): Promise<void> {
  const server = createServer()
  // A socket's path may be no longer than 107 bytes, so it is bound by a short one and moved.
  await using short = await openTestDirectory()
  await new Promise<void>((listening) => server.listen(join(short.path, 's'), listening))
  await rename(join(short.path, 's'), path)
  server.close()
}
