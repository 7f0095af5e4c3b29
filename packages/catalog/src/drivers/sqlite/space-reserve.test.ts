import { mkdir, mkdtempDisposable, rmdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSpaceReserve } from './space-reserve.ts'

test('reserves its space at once, releases it once, and can reserve it again', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-test-'))
  const path = join(home.path, 'reserve')
  const reserve = openSpaceReserve(path)
  expect(await stat(path)).toMatchObject({ size: 1024 * 1024 })
  expect([reserve.release(), reserve.release()]).toEqual([true, false])
  await expect(stat(path)).rejects.toThrow('ENOENT')
  reserve.take()
  expect(await stat(path)).toMatchObject({ size: 1024 * 1024 })
})

test('opens without free space, and fails when the space is to be reserved', async () => {
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
