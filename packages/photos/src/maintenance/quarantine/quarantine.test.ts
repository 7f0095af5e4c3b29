import { existsSync } from 'node:fs'
import { mkdir, mkdtempDisposable, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { samplePhoto } from '@tintype/catalog/testing'
import { TintypeError } from '@tintype/contract'
import { type BlobStore, openStaging, parseBlobKey } from '@tintype/storage'
import { openDiskBlobStore } from '@tintype/storage/drivers/disk'
import { expect, test } from 'vitest'
import { createQuarantine, type QuarantineDependencies } from './quarantine.ts'

/** A broken photo in a store, and a quarantine for it. */
async function openBroken() {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-quarantine-')))
  const media = join(home.path, 'media')
  const stagingDirectory = join(home.path, 'staging')
  const memory = { memoryByteSize: 1, memoryBudgetByteSize: 1 }
  const staging = opening.use(await openStaging({ directory: stagingDirectory, ...memory }))
  const blobs = opening.use(await openDiskBlobStore({ directory: media, stagingDirectory }))
  const photo = samplePhoto({ format: 'jpeg' })
  const key = parseBlobKey(`originals/${photo.id.slice(0, 7)}/${photo.id}.jpg`)
  await blobs.put(key, Buffer.from('bytes of a photo'), { contentType: 'image/jpeg', ifExists: 'fail' })
  const owned = opening.move()
  const directory = join(home.path, 'quarantine')
  return {
    ...{ blobs, photo, key, directory, original: join(media, key) },
    /** A quarantine for a store, by default for the one with the photo. */
    quarantineOf: (source: QuarantineDependencies['blobs'] = blobs, path = directory) =>
      createQuarantine({ blobs: source, staging, openStore: () => openDiskBlobStore({ directory: path }) }),
    /** Files in quarantine, and in staging if anything was left there. */
    async names() {
      const kept = await filesBelow(directory)
      const left = (await filesBelow(stagingDirectory)).filter((name) => !name.endsWith('.lease'))
      return [...kept, ...left]
    },
    read: (name: string) => readFile(join(directory, name), 'utf8'),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function filesBelow(directory: string): Promise<string[]> {
  if (!existsSync(directory)) return []
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => !entry.isDirectory())
  return files.map((entry) => relative(directory, join(entry.parentPath, entry.name))).toSorted()
}

/** A store that has no local files. */
const apart = ({ open, stat: statBlob }: BlobStore) => ({ open, stat: statBlob })

const describedBy = (photo: object) => `${JSON.stringify(photo, null, 2)}\n`

test('a broken photo is kept with its bytes, linked if that is possible', async () => {
  await using broken = await openBroken()
  const { photo, directory, original } = broken
  expect(await broken.quarantineOf().keepBroken(broken)).toBe('all')
  expect(await broken.names()).toEqual([`${photo.id}.jpg`, `${photo.id}.json`])
  expect(await readdir(directory)).toHaveLength(2)
  expect(await broken.read(`${photo.id}.json`)).toBe(describedBy(photo))
  expect((await stat(join(directory, `${photo.id}.jpg`))).ino).toBe((await stat(original)).ino)
})

test('B170 files that a killed repair has not completed are not mistaken for the photo', async () => {
  await using broken = await openBroken()
  const { photo, directory } = broken
  const leftovers = join(directory, '.staging', '0123456789abcdef-0123456789abcdef')
  await mkdir(leftovers, { recursive: true })
  await writeFile(join(leftovers, 'half'), 'by')
  await writeFile(join(directory, `${photo.id}.json`), '')
  expect(await broken.quarantineOf(apart(broken.blobs)).keepBroken(broken)).toBe('all')
  expect(await broken.names()).toEqual([`${photo.id}.jpg`, `${photo.id}.json`])
  expect(await broken.read(`${photo.id}.json`)).toBe(describedBy(photo))
  expect(await broken.read(`${photo.id}.jpg`)).toBe('bytes of a photo')
})

test('B184 quarantined bytes are not replaced by later ones with the same name', async () => {
  await using broken = await openBroken()
  const { key, blobs } = broken
  const { keepOrphan } = broken.quarantineOf()
  expect([await keepOrphan(key), await keepOrphan(key)]).toEqual(['all', 'all'])
  await blobs.put(key, Buffer.from('by'), { contentType: 'image/jpeg', ifExists: 'replace' })
  expect(await keepOrphan(key)).toBe('all')
  expect(await broken.read(key)).toBe('bytes of a photo')
  expect(await broken.read(`${key}.2`)).toBe('by')
})

test('B170 a photo whose bytes can be neither linked nor read to their end does not end the repair', async () => {
  await using broken = await openBroken()
  const { photo, key } = broken
  const facts = { unreadable: 'damaged' } as const
  const refusal = new TintypeError('STORAGE_UNAVAILABLE', 'The storage refuses', { facts })
  const store = (...chunks: string[]) => ({
    stat: broken.blobs.stat,
    async open() {
      const body = Readable.from(
        (async function* () {
          yield* chunks.map((chunk) => Buffer.from(chunk))
          throw refusal
        })(),
      )
      return { byteSize: 16, body }
    },
  })
  expect(await broken.quarantineOf(store('bytes of')).keepOrphan(key)).toBe('part')
  expect(await broken.names()).toEqual([])
  expect(await broken.quarantineOf(store()).keepBroken(broken)).toBe('part')
  expect(await broken.names()).toEqual([`${photo.id}.json`])
  expect(await broken.quarantineOf(store('bytes of')).keepBroken(broken)).toBe('part')
  expect(await broken.read(`${photo.id}.jpg`)).toBe('bytes of')
})

test('B184 an original that is copied and then cannot be removed is not copied again at every sweep', async () => {
  await using broken = await openBroken()
  const { key, directory, blobs } = broken
  const { keepOrphan } = broken.quarantineOf(apart(blobs))
  expect([await keepOrphan(key), await keepOrphan(key)]).toEqual(['all', 'all'])
  const other = Buffer.from('bytes of another')
  await blobs.put(key, other, { contentType: 'image/jpeg', ifExists: 'replace' })
  expect([await keepOrphan(key), await keepOrphan(key)]).toEqual(['all', 'all'])
  expect(await readdir(join(directory, key, '..'))).toHaveLength(2)
  expect(await broken.read(key)).toBe('bytes of a photo')
  expect(await broken.read(`${key}.2`)).toBe('bytes of another')
})

test('B184 a file that cannot be linked is copied', async () => {
  await using broken = await openBroken()
  const { key, blobs } = broken
  // A directory: its links are forbidden (EPERM), as those to files of another user can be.
  const { keepOrphan } = broken.quarantineOf({ ...blobs, localPath: async () => tmpdir() })
  expect(await keepOrphan(key)).toBe('all')
  expect(await broken.read(key)).toBe('bytes of a photo')
})

test.each(['with', 'without'])(
  'an orphan of a store %s local files that no longer exists when it is moved leaves no file',
  async (kind) => {
    await using broken = await openBroken()
    const { key, blobs, original } = broken
    const before = await blobs.stat(key)
    await blobs.delete(key)
    // The path and the size were returned before the file was removed.
    let calls = 0
    const stat = async () => (calls++ === 0 ? before : undefined)
    const store = kind === 'with' ? { ...blobs, stat, localPath: async () => original } : apart(blobs)
    expect(await broken.quarantineOf(store).keepOrphan(key)).toBeUndefined()
    expect(await broken.names()).toEqual([])
  },
)

test('B184 an orphan that cannot be kept leaves no half of it', async () => {
  await using broken = await openBroken()
  const { key } = broken
  const full = new Error('not the fault of the photo')
  const body = async function* () {
    yield Buffer.from('bytes')
    throw full
  }
  const open = async () => ({ byteSize: 16, body: Readable.from(body()) })
  const { keepOrphan } = broken.quarantineOf({ ...apart(broken.blobs), open })
  await expect(keepOrphan(key)).rejects.toBe(full)
  expect(await broken.names()).toEqual([])
})

test('B164 a store that fails while a photo is read says nothing about the photo', async () => {
  await using broken = await openBroken()
  const facts = { unreadable: 'damaged' } as const
  const refusal = new TintypeError('STORAGE_UNAVAILABLE', 'The storage refuses', { facts })
  const away = new TintypeError('STORAGE_UNAVAILABLE', 'The storage directory is gone')
  const store = { open: () => Promise.reject(refusal), stat: () => Promise.reject(away) }
  const { keepBroken, keepOrphan } = broken.quarantineOf(store)
  await expect(keepBroken(broken)).rejects.toBe(away)
  await expect(keepOrphan(broken.key)).rejects.toBe(away)
})

test('a disk that cannot be written, or a store that cannot be reached, says nothing about the photo', async () => {
  await using broken = await openBroken()
  const { directory } = broken
  const away = new TintypeError('STORAGE_UNAVAILABLE', 'The storage directory is gone')
  const { keepBroken } = broken.quarantineOf({ ...apart(broken.blobs), open: () => Promise.reject(away) })
  await expect(keepBroken(broken)).rejects.toBe(away)
  const file = join(directory, '../../file')
  await writeFile(file, '')
  const blocked = broken.quarantineOf(apart(broken.blobs), file)
  await expect(blocked.keepBroken(broken)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
})
