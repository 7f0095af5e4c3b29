import { chmod, mkdtempDisposable, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigError } from '../config/config-error.ts'
import { readPrivateFile, writePrivateFile } from './private-file.ts'

const openDirectory = () => mkdtempDisposable(join(tmpdir(), 'tintype-private-'))

test('what was written is read, and no other user may read it', async () => {
  await using directory = await openDirectory()
  const path = join(directory.path, 'secret')
  expect(await readPrivateFile(path)).toBeUndefined()
  await writeFile(`${path}.partial`, 'of a start that was killed', { mode: 0o644 })
  await writePrivateFile(path, 'one')
  expect(await readPrivateFile(path)).toBe('one')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(directory.path)).toEqual(['secret'])
})

test.skipIf(process.platform === 'win32')(
  'a file that others can use, a link, a directory and a large file are refused, without their content',
  async () => {
    await using directory = await openDirectory()
    const path = (name: string) => join(directory.path, name)
    await writePrivateFile(path('secret'), 'hunter2')
    await symlink(path('secret'), path('link'))
    await writeFile(path('large'), 'a'.repeat(70_000), { mode: 0o600 })
    for (const [name, reason] of [
      ['link', 'is a symbolic link'],
      ['.', 'is not a small file'],
      ['large', 'is not a small file'],
    ] as const) {
      const refused = await readPrivateFile(path(name)).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(ConfigError)
      expect(String(refused)).toContain(reason)
    }
    for (const mode of [0o640, 0o604, 0o620, 0o601]) {
      await chmod(path('secret'), mode)
      const refused = await readPrivateFile(path('secret')).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(ConfigError)
      expect(String(refused)).toContain(`(mode ${mode.toString(8)})`)
      expect(String(refused)).not.toContain('hunter2')
    }
  },
)

test('a directory that cannot be used is STORAGE_UNAVAILABLE', async () => {
  await using directory = await openDirectory()
  const below = join(directory.path, 'file', 'secret')
  await writeFile(join(directory.path, 'file'), '')
  const unavailable = expect.objectContaining({ code: 'STORAGE_UNAVAILABLE' })
  await expect(readPrivateFile(below)).rejects.toThrow(unavailable)
  await expect(writePrivateFile(below, 'text')).rejects.toThrow(unavailable)
})
