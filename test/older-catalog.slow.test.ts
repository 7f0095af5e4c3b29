import { copyFile, cp, mkdir, readdir, rename, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type DataDirectory, openDataDirectory } from './faults/data-directory.ts'
import { runCommand } from './support/run-command.ts'
import { startTintype } from './support/start-tintype.ts'
import { uploadSome } from './support/upload-some.ts'
import { ask, originals, type PhotoJson } from './support/uploads.ts'

async function uploadTo(directory: DataDirectory, count: number): Promise<PhotoJson[]> {
  await using tintype = await startTintype({ dataDirectory: directory.path })
  return await uploadSome(tintype, count)
}

const namesBelow = async (directory: string) =>
  (await readdir(directory, { recursive: true })).filter((name) => name.endsWith('.jpg'))

test('B184 with a catalog older than its files no original is lost: they are set aside, and restored with the newer one', async () => {
  await using directory = await openDataDirectory()
  const catalog = join(directory.path, 'tintype.db')
  const older = join(directory.path, 'older.db')
  const newer = join(directory.path, 'newer.db')
  const [known] = await uploadTo(directory, 1)
  await copyFile(catalog, older)
  const unknown = await uploadTo(directory, 4)
  await copyFile(catalog, newer)
  await copyFile(older, catalog)
  await directory.age()
  {
    await using tintype = await startTintype({ dataDirectory: directory.path })
    const sweep = await tintype.logged((line) => line.event === 'sweep')
    expect(sweep).toMatchObject({ level: 40, setAside: 4 })
    expect(await originals(tintype)).toEqual([expect.stringContaining(`${known?.id}`)])
  }
  const aside = join(directory.path, 'quarantine/originals')
  expect((await namesBelow(aside)).map((name) => name.slice(8)).toSorted()).toEqual(
    unknown.map(({ id }) => `${id}.jpg`).toSorted(),
  )

  await copyFile(newer, catalog)
  await cp(aside, join(directory.path, 'media/originals'), { recursive: true, force: false })
  const { stdout } = await runCommand(directory.path, 'doctor')
  expect(stdout).not.toContain('original ')
  await using tintype = await startTintype({ dataDirectory: directory.path })
  for (const { url } of unknown) expect((await ask(tintype, url)).status).toBe(200)
})

test.each([
  { what: 'missing', damage: (file: string) => rm(file) },
  { what: 'empty', damage: (file: string) => truncate(file) },
])(
  'B193 a catalog that is $what is not created again beside photos, and none of them is touched',
  async ({ what, damage }) => {
    await using directory = await openDataDirectory()
    await uploadTo(directory, 3)
    const catalog = join(directory.path, 'tintype.db')
    await damage(catalog)
    await directory.age()
    const before = await directory.blobs()
    for (const { command, code } of [
      { command: 'serve', code: 1 },
      { command: 'doctor', code: 2 },
    ]) {
      const ending = await runCommand(directory.path, command)
      expect(ending).toMatchObject({ code, stdout: '' })
      expect(ending.stderr).toMatch(/^[^\n]*tintype\.db is (missing|empty)[^\n]*\n$/)
    }
    const repair = await runCommand(directory.path, 'doctor', '--repair', '--delete-orphaned-originals')
    expect(repair.code).toBe(2)
    expect(await directory.blobs()).toEqual(before)
    if (what === 'missing') await expect(stat(catalog)).rejects.toThrow('ENOENT')
    else expect((await stat(catalog)).size).toBe(0)
  },
)

test('B164 a media directory that was replaced by an empty one is refused, and one that lost its files is logged', async () => {
  await using directory = await openDataDirectory()
  const [photo] = await uploadTo(directory, 1)
  const media = join(directory.path, 'media')
  await rename(media, `${media}-unmounted`)
  const missing = await runCommand(directory.path, 'serve')
  expect(missing).toMatchObject({ code: 1, stdout: '' })
  expect(missing.stderr).toMatch(/^The catalog has photos, but [^\n]*media is missing\. [^\n]*\n$/)
  await expect(stat(media)).rejects.toThrow('ENOENT')
  await mkdir(media)
  const refused = await runCommand(directory.path, 'serve')
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toMatch(/^The catalog has photos, but [^\n]*media is empty\. [^\n]*\n$/)
  expect(await readdir(media)).toEqual([])
  {
    await copyFile(join(`${media}-unmounted`, '.library.json'), join(media, '.library.json'))
    await using tintype = await startTintype({ dataDirectory: directory.path })
    await tintype.logged((line) => line.event === 'media-lost' && line.level === 50)
    expect((await ask(tintype, `${photo?.url}`)).status).toBe(404)
  }
  await rm(media, { recursive: true })
  await rename(`${media}-unmounted`, media)
  await using tintype = await startTintype({ dataDirectory: directory.path })
  expect((await ask(tintype, `${photo?.url}`)).status).toBe(200)
  expect(tintype.log.filter((line) => line.event === 'media-lost')).toEqual([])
})
