import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startTintype } from '../support/start-tintype.ts'
import { openDataDirectory } from './data-directory.ts'

const leftoverCount = 10_000

test('B171: 10 000 leftovers of a crash do not delay a start, and are removed after it', async () => {
  await using data = await openDataDirectory()
  const directory = join(data.path, 'staging', `${'0'.repeat(16)}-${'1'.repeat(16)}`)
  await mkdir(directory, { recursive: true })
  for (let at = 0; at < leftoverCount; at += 1)
    await writeFile(join(directory, at.toString(16).padStart(32, '0')), '')

  await using tintype = await startTintype({ dataDirectory: data.path })
  const swept = await tintype.logged((line) => line.event === 'sweep')
  expect(swept.leftovers).toBe(leftoverCount)
  expect(tintype.log.findIndex((line) => line.event === 'listening')).toBeLessThan(tintype.log.indexOf(swept))
  expect(await data.staged()).toEqual([])
})
