import { mkdir, mkdtempDisposable, rmdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSpaceReserve } from './space-reserve.ts'

test('takes its space at once, gives it back once, and takes it again when asked', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-test-'))
  const path = join(home.path, 'reserve')
  const reserve = openSpaceReserve(path)
  expect(await stat(path)).toMatchObject({ size: 1024 * 1024 })
  expect([reserve.release(), reserve.release()]).toEqual([true, false])
  await expect(stat(path)).rejects.toThrow('ENOENT')
  reserve.take()
  expect(await stat(path)).toMatchObject({ size: 1024 * 1024 })
})

test('opens where there is no space, and says so when it is to be taken', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-test-'))
  const path = join(home.path, 'gone', 'reserve')
  const reserve = openSpaceReserve(path)
  expect(reserve.release()).toBe(false)
  expect(() => reserve.take()).toThrow('ENOENT')
  await mkdir(join(home.path, 'gone'))
  reserve.take()
  expect(reserve.release()).toBe(true)
  await rmdir(join(home.path, 'gone'))
})
