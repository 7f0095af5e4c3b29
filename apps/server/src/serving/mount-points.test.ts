import { mkdtempDisposable, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readMountPoints } from './mount-points.ts'

test('B193: a mount point is known under the name of a symbolic link too', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-mounts-'))
  const link = join(home.path, 'root')
  await symlink('/', link)
  const { isMounted } = readMountPoints()
  expect([isMounted('/'), isMounted(link), isMounted(home.path)]).toEqual([true, true, false])
})
