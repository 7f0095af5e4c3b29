import {
  copyFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DataDirectory, openDataDirectory } from './faults/data-directory.ts'
import { readFindings, runCommand } from './support/run-command.ts'
import { startTintype } from './support/start-tintype.ts'
import { uploadSome } from './support/upload-some.ts'
import { ask, type PhotoJson } from './support/uploads.ts'

let sound: DataDirectory
let photos: readonly PhotoJson[]
beforeAll(async () => {
  sound = await openDataDirectory()
  await using tintype = await startTintype({ dataDirectory: sound.path })
  photos = await uploadSome(tintype, 4)
})
afterAll(() => sound[Symbol.asyncDispose]())

/** A copy of the library of four photos, without a server. */
async function openLibrary() {
  const directory = await openDataDirectory()
  await cp(sound.path, directory.path, { recursive: true })
  const blobs = await readdir(join(directory.path, 'media'), { recursive: true })
  return {
    ...directory,
    /** Path of the file of a photo whose name ends like this. */
    fileOf(photo: PhotoJson | undefined, ending: string): string {
      const blob = blobs.find((name) => name.includes(`${photo?.id}${ending}`))
      return join(directory.path, 'media', blob ?? 'nothing')
    },
  }
}

// Each test runs several commands, each in its own process. On a busy machine that is slow.
describe('tintype doctor', { timeout: 300_000 }, () => {
  test('finds nothing in a sound library, and removes none of its files', async () => {
    await using library = await openLibrary()
    const ending = await runCommand(library.path, 'doctor')
    expect(ending).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^4 photos, .* nothing is wrong\n$/),
      stderr: '',
    })
    expect(await library.blobs()).toHaveLength(8)
  })

  test('B170, B184: reports every kind of damage, repairs what is safe to repair, and keeps the rest', async () => {
    await using library = await openLibrary()
    const [torn, missing, linked, whole] = photos
    await truncate(library.fileOf(torn, '.jpg'), 100)
    await rm(library.fileOf(missing, '.jpg'))
    const elsewhere = join(library.path, 'elsewhere.jpg')
    await rename(library.fileOf(linked, '.jpg'), elsewhere)
    await symlink(elsewhere, library.fileOf(linked, '.jpg'))
    const thumbnail = library.fileOf(whole, '.thumb.webp')
    await writeFile(thumbnail, 'not what it was')
    await writeFile(join(library.path, 'media/notes.txt'), 'mine')
    const orphan = library.fileOf(whole, '.jpg').replace(`${whole?.id}`, `${whole?.id.slice(0, -4)}0000`)
    await copyFile(library.fileOf(whole, '.jpg'), orphan)
    await utimes(orphan, 0, 0)

    const ending = await runCommand(library.path, 'doctor', '--json')
    const { findings, summary } = readFindings(ending)
    expect(ending.code).toBe(1)
    expect(summary).toMatchObject({ subject: 'summary', photos: 4, found: 7, left: 7 })
    const told = findings.map(({ subject, problem, photoId }) => [subject, problem, photoId])
    expect(told.toSorted()).toEqual(
      [
        ['original', 'wrong-size', torn?.id],
        ['original', 'missing', missing?.id],
        ['original', 'missing', linked?.id],
        ['rendition', 'wrong-size', whole?.id],
        ['foreign', undefined, undefined],
        ['foreign', undefined, undefined],
        ['orphan', undefined, undefined],
      ].toSorted(),
    )

    const repair = await runCommand(library.path, 'doctor', '--repair')
    expect(repair.code).toBe(1)
    expect(repair.stdout).toContain('7 findings, 1 repaired')
    const repaired = readFindings(await runCommand(library.path, 'doctor', '--json'))
    expect(repaired.summary).toMatchObject({ found: 6 })

    const flags = ['--delete-broken-photos', '--delete-orphaned-originals']
    const removal = await runCommand(library.path, 'doctor', '--repair', ...flags)
    expect(removal.stdout).toContain('6 findings, 4 repaired')
    const quarantined = await readdir(join(library.path, 'quarantine'))
    const broken = [torn, missing, linked].map((photo) => `${photo?.id}`)
    expect(quarantined.toSorted()).toEqual(
      [...broken.map((id) => `${id}.json`), `${broken[0]}.jpg`].toSorted(),
    )
    expect(
      JSON.parse(await readFile(join(library.path, `quarantine/${broken[0]}.json`), 'utf8')),
    ).toMatchObject({
      sha256: torn?.sha256,
    })
    await rm(join(library.path, 'media/notes.txt'))
    expect((await runCommand(library.path, 'doctor')).code).toBe(0)

    await using tintype = await startTintype({ dataDirectory: library.path })
    expect((await ask(tintype, `/media/${whole?.id}.jpg`)).status).toBe(200)
    expect((await ask(tintype, `/media/${whole?.id}/thumb.webp`)).status).toBe(200)
    expect((await ask(tintype, `/media/${torn?.id}.jpg`)).status).toBe(404)
  })

  test('B184 refuses to repair when the disk of the originals is not mounted, and deletes no row', async () => {
    await using library = await openLibrary()
    const [media, away] = [join(library.path, 'media'), join(library.path, 'away')]
    await rename(media, away)
    await mkdir(media)
    const command = ['doctor', '--repair', '--delete-broken-photos']
    expect(await runCommand(library.path, ...command)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^4 of 4 originals are missing in .*--accept-missing-originals.*\n$/),
    })
    await rm(media, { recursive: true })
    await rename(away, media)
    expect(await runCommand(library.path, 'doctor')).toMatchObject({ code: 0 })

    await rm(media, { recursive: true })
    await mkdir(media)
    const accepted = await runCommand(library.path, ...command, '--accept-missing-originals')
    expect(accepted).toMatchObject({ code: 0, stdout: expect.stringContaining('8 repaired') })
    expect(await readdir(join(library.path, 'quarantine'))).toHaveLength(4)
  })

  test('that cannot run says why in one line, exits with 2 and creates nothing', async () => {
    await using directory = await openDataDirectory()
    const at = (...args: string[]) => runCommand(directory.path, ...args)
    const oneLine = (text: string) => ({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(`^[^\n]*${text}[^\n]*\n$`),
    })
    expect(await at('doctor')).toEqual(oneLine('There is no library here'))
    expect(await at('doctor', '--repair')).toEqual(oneLine('There is no library here'))
    expect(await at('doctor', '--mend')).toEqual(oneLine('--mend: unknown flag'))
    expect(await at('doctor', '--delete-broken-photos')).toEqual(oneLine('go with --repair'))
    expect(await at('docter')).toEqual(oneLine('Unknown command'))
    expect(await at('backup')).toEqual(oneLine('DIR'))
    expect(await readdir(directory.path)).toEqual([])
    expect((await at('--help')).stdout).toContain('doctor')
    await writeFile(join(directory.path, 'tintype.db'), 'no catalog')
    expect(await at('doctor')).toEqual(oneLine('There is no library here'))
  })
})
