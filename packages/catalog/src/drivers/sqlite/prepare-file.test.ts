import { existsSync } from 'node:fs'
import { mkdtempDisposable, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { prepareCatalogFile } from './prepare-file.ts'

test('B183 a missing catalog is made with its directories, for owner and group', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-catalog-'))
  const file = join(home.path, 'one/two/tintype.db')
  await prepareCatalogFile(file)
  await prepareCatalogFile(file)
  expect((await stat(file)).mode & 0o777).toBe(0o640)
  expect((await stat(dirname(file))).mode & 0o777).toBe(0o750)
})

test.runIf(existsSync('/proc'))('a catalog on a file system without new names is an error', async () => {
  await expect(prepareCatalogFile('/proc/nope/deeper/tintype.db')).rejects.toMatchObject({
    code: 'ENOENT',
    path: '/proc/nope',
  })
})
