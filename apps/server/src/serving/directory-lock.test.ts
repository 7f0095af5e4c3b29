import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockDirectory } from './directory-lock.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tintype-own-'))
})
afterEach(() => rm(directory, { recursive: true }))

const script = `
import { lockDirectory } from ${JSON.stringify(new URL('./directory-lock.ts', import.meta.url).href)}
const lock = await lockDirectory(${'process.argv[1]'})
console.log('owned')
process.stdin.resume().on('end', () => lock[Symbol.dispose]())`

test('a directory has one owner, and is free again after any end of the owner', async () => {
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script, directory], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(owner.stdout, 'data')
  await expect(lockDirectory(directory)).rejects.toThrow(/another Tintype process/)
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  using _next = await lockDirectory(directory)
  await expect(lockDirectory(directory)).rejects.toThrow(/another Tintype process/)
})

test('a released directory can be locked again', async () => {
  for (let turn = 0; turn < 3; turn++) {
    using _lock = await lockDirectory(join(directory, 'new/one'))
  }
})

test.each(['/dev/null/x', '/proc/nope'])('%s is refused, with the path that cannot be made', async (path) => {
  await expect(lockDirectory(path)).rejects.toMatchObject({
    code: 'STORAGE_UNAVAILABLE',
    cause: { message: expect.stringContaining(`mkdir '${path}'`) },
  })
})

test('waiting for a locked directory blocks the event loop, so that its owner in this process cannot close', async () => {
  const owner = await lockDirectory(directory)
  const next = lockDirectory(directory)
  setImmediate(() => owner[Symbol.dispose]())
  using _lock = await next
})
