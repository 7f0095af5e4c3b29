import { existsSync } from 'node:fs'
import { mkdtempDisposable, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeDirectory, makeMissing } from './durable-directory.ts'

test('B183 missing directories are made for owner and group, by any number of callers at once', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-directory-'))
  const first = join(home.path, 'one')
  const path = join(first, 'two/three')
  expect(await makeMissing(path)).toBe(first)
  expect(await makeMissing(path)).toBeUndefined()
  expect((await stat(path)).mode & 0o777).toBe(0o750)
  const deep = join(home.path, 'other/two/three/four')
  await Promise.all(Array.from({ length: 8 }, () => makeDirectory(deep)))
  expect((await stat(deep)).isDirectory()).toBe(true)
})

test('a file in the way of a directory is an error', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-directory-'))
  const file = join(home.path, 'file')
  await writeFile(file, '')
  await expect(makeDirectory(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  await expect(makeDirectory(file)).rejects.toMatchObject({ code: 'EEXIST', path: file })
})

test.runIf(existsSync('/proc'))(
  'a directory on a file system without new names is an error, and does not block the start for ever',
  async () => {
    const refusal = { code: 'ENOENT', path: '/proc/nope' }
    await expect(makeDirectory('/proc/nope')).rejects.toMatchObject(refusal)
    await expect(makeDirectory('/proc/nope/deeper/still')).rejects.toMatchObject(refusal)
  },
)
