import { mkdir, mkdtempDisposable, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { samplePhoto } from '@tintype/catalog/testing'
import { TintypeError } from '@tintype/contract'
import { type BlobStore, parseBlobKey } from '@tintype/storage'
import { openDiskBlobStore } from '@tintype/storage/drivers/disk'
import { expect, test } from 'vitest'
import { createQuarantine } from './quarantine.ts'

/** A broken photo in a store, and a quarantine for it. */
async function openBroken() {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-quarantine-')))
  const media = join(home.path, 'media')
  const blobs = opening.use(
    await openDiskBlobStore({ directory: media, stagingDirectory: join(home.path, 'staging') }),
  )
  const photo = samplePhoto({ format: 'jpeg' })
  const key = parseBlobKey(`originals/${photo.id.slice(0, 7)}/${photo.id}.jpg`)
  await blobs.put(key, Buffer.from('bytes of a photo'), { contentType: 'image/jpeg', ifExists: 'fail' })
  const owned = opening.move()
  const directory = join(home.path, 'quarantine')
  return {
    ...{ blobs, photo, key, directory, original: join(media, key) },
    names: async () => (await readdir(directory)).toSorted(),
    read: (name: string) => readFile(join(directory, name), 'utf8'),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** A store whose files cannot be linked, as from another file system. */
const apart = ({ open, stat: statBlob }: BlobStore) => ({ open, stat: statBlob })

const describedBy = (photo: object) => `${JSON.stringify(photo, null, 2)}\n`

test('a broken photo is kept with its bytes, linked where that can be', async () => {
  await using broken = await openBroken()
  const { photo, directory, original } = broken
  expect(await createQuarantine(directory, broken.blobs).keepBroken(broken)).toBe('all')
  expect(await broken.names()).toEqual([`${photo.id}.jpg`, `${photo.id}.json`])
  expect(await broken.read(`${photo.id}.json`)).toBe(describedBy(photo))
  expect((await stat(join(directory, `${photo.id}.jpg`))).ino).toBe((await stat(original)).ino)
})

test('B170 what a killed repair has half written is not taken for the photo', async () => {
  await using broken = await openBroken()
  const { photo, directory } = broken
  await mkdir(directory)
  await writeFile(join(directory, `${photo.id}.json`), '')
  await writeFile(join(directory, `${photo.id}.json.partial`), '{')
  await writeFile(join(directory, `${photo.id}.jpg.partial`), 'by')
  const { keepBroken } = createQuarantine(directory, apart(broken.blobs))
  expect(await keepBroken(broken)).toBe('all')
  expect(await broken.names()).toEqual([`${photo.id}.jpg`, `${photo.id}.json`])
  expect(await broken.read(`${photo.id}.json`)).toBe(describedBy(photo))
  expect(await broken.read(`${photo.id}.jpg`)).toBe('bytes of a photo')
})

test('B184 what is kept already is not replaced by what comes later under the same name', async () => {
  await using broken = await openBroken()
  const { key, directory, blobs } = broken
  const { keepOrphan } = createQuarantine(directory, blobs)
  expect([await keepOrphan(key), await keepOrphan(key)]).toEqual(['all', 'all'])
  await blobs.put(key, Buffer.from('by'), { contentType: 'image/jpeg', ifExists: 'replace' })
  expect(await keepOrphan(key)).toBe('all')
  expect(await broken.read(key)).toBe('bytes of a photo')
  expect(await broken.read(`${key}.2`)).toBe('by')
})

test('B170 a photo whose bytes can be neither linked nor read to their end does not end the repair', async () => {
  await using broken = await openBroken()
  const { photo, key, directory } = broken
  const facts = { unreadable: 'damaged' }
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
  expect(await createQuarantine(directory, store()).keepOrphan(key)).toBe('part')
  expect(await readdir(join(directory, key, '..'))).toEqual([])
  expect(await createQuarantine(directory, store()).keepBroken(broken)).toBe('part')
  expect(await broken.names()).toEqual([`${photo.id}.json`, 'originals'])
  expect(await createQuarantine(directory, store('bytes of')).keepBroken(broken)).toBe('part')
  expect(await broken.read(`${photo.id}.jpg`)).toBe('bytes of')
})

test('B184 an original that is copied and then would not go is not copied again at every sweep', async () => {
  await using broken = await openBroken()
  const { key, directory, blobs } = broken
  const { keepOrphan } = createQuarantine(directory, apart(blobs))
  expect([await keepOrphan(key), await keepOrphan(key)]).toEqual(['all', 'all'])
  const other = Buffer.from('bytes of another')
  await blobs.put(key, other, { contentType: 'image/jpeg', ifExists: 'replace' })
  expect([await keepOrphan(key), await keepOrphan(key)]).toEqual(['all', 'all'])
  expect(await readdir(join(directory, key, '..'))).toHaveLength(2)
  expect(await broken.read(key)).toBe('bytes of a photo')
  expect(await broken.read(`${key}.2`)).toBe('bytes of another')
})

test('B184 what may not be linked is copied', async () => {
  await using broken = await openBroken()
  const { key, directory, blobs } = broken
  // A directory: its links are forbidden (EPERM), as those to files of another user can be.
  const { keepOrphan } = createQuarantine(directory, { ...blobs, localPath: async () => tmpdir() })
  expect(await keepOrphan(key)).toBe('all')
  expect(await broken.read(key)).toBe('bytes of a photo')
})

test.each(['with', 'without'])(
  'an orphan of a store %s local files that is gone when it is to be kept leaves no name',
  async (kind) => {
    await using broken = await openBroken()
    const { key, directory, blobs, original } = broken
    await blobs.delete(key)
    // The path was told before the file went.
    const store = kind === 'with' ? { ...blobs, localPath: async () => original } : apart(blobs)
    expect(await createQuarantine(directory, store).keepOrphan(key)).toBeUndefined()
    expect(await readdir(join(directory, key, '..'))).toEqual([])
  },
)

test('B184 an orphan that cannot be kept leaves no half of it', async () => {
  await using broken = await openBroken()
  const { key, directory } = broken
  const full = new Error('not the fault of the photo')
  const body = async function* () {
    yield Buffer.from('bytes')
    throw full
  }
  const open = async () => ({ byteSize: 16, body: Readable.from(body()) })
  const { keepOrphan } = createQuarantine(directory, { ...apart(broken.blobs), open })
  await expect(keepOrphan(key)).rejects.toBe(full)
  expect(await readdir(join(directory, key, '..'))).toEqual([])
})

test('B164 a store that dies while a photo is read is no fault of the photo', async () => {
  await using broken = await openBroken()
  const facts = { unreadable: 'damaged' }
  const refusal = new TintypeError('STORAGE_UNAVAILABLE', 'The storage refuses', { facts })
  const away = new TintypeError('STORAGE_UNAVAILABLE', 'The storage directory is gone')
  const store = { open: () => Promise.reject(refusal), stat: () => Promise.reject(away) }
  const { keepBroken, keepOrphan } = createQuarantine(broken.directory, store)
  await expect(keepBroken(broken)).rejects.toBe(away)
  await expect(keepOrphan(broken.key)).rejects.toBe(away)
})

test('a disk that cannot be written, or a store that is away, is no fault of the photo', async () => {
  await using broken = await openBroken()
  const { directory } = broken
  const away = new TintypeError('STORAGE_UNAVAILABLE', 'The storage directory is gone')
  const { keepBroken } = createQuarantine(directory, {
    ...apart(broken.blobs),
    open: () => Promise.reject(away),
  })
  await expect(keepBroken(broken)).rejects.toBe(away)
  await writeFile(join(directory, '../file'), '')
  const blocked = createQuarantine(join(directory, '../file'), apart(broken.blobs))
  await expect(blocked.keepBroken(broken)).rejects.toMatchObject({ code: expect.stringMatching(/^E/) })
})
