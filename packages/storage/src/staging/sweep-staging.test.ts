import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeBytes } from '../testing/blob-store-subject.ts'
import { openTestDirectory } from '../testing/index.ts'
import { filesBelow } from '../testing/open-test-disk.ts'
import { openStaging } from './staging.ts'

async function openTestStaging() {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await openTestDirectory())
  const directory = join(home.path, 'staging')
  const memory = { memoryByteSize: 1000, memoryBudgetByteSize: 1024 * 1024 }
  const staging = opening.use(await openStaging({ directory, ...memory }))
  const owned = opening.move()
  return { staging, directory, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** A process of its own that stages a file; it is killed when it is disposed. */
async function forkStaging(directory: string) {
  const child = fork(new URL('../testing/stage-file.ts', import.meta.url), [directory])
  const [path] = await once(child, 'message')
  return {
    path: String(path),
    async finish() {
      child.send('finish')
      const [outcome] = await once(child, 'message')
      return outcome
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

describe('two processes with one staging directory', () => {
  test('do not remove each other’s files, only those of one that was killed', async () => {
    await using area = await openTestStaging()
    await using upload = area.staging.begin()
    await upload.write(makeBytes(5000))
    const { source } = await upload.finish()
    await using living = await forkStaging(area.directory) // it sweeps, too
    await using killed = await forkStaging(area.directory)
    expect(await area.staging.sweep()).toBe(0)
    const paths = [source.path, living.path, killed.path].toSorted()
    expect((await filesBelow(area.directory)).toSorted()).toEqual(paths)

    await killed[Symbol.asyncDispose]()
    expect(await area.staging.sweep()).toBe(1)
    expect((await filesBelow(area.directory)).toSorted()).toEqual([source.path, living.path].toSorted())
    expect(await readdir(area.directory)).not.toContain(basename(dirname(killed.path)))
    expect(await living.finish()).toBe('finished')
  })

  test('a lease whose directory was never made is removed', async () => {
    await using area = await openTestStaging()
    const left = join(area.directory, `${'0'.repeat(16)}-${'f'.repeat(16)}.lease`)
    await writeFile(left, '')
    await writeFile(join(area.directory, 'other.lease'), '')
    expect(await area.staging.sweep()).toBe(0)
    const names = await readdir(area.directory)
    expect(names).not.toContain(basename(left))
    expect(names).toHaveLength(3) // the other file, this process's directory, and its lease
  })
})

describe('sweeping', () => {
  test('two sweeps at once do not fail each other', async () => {
    await using area = await openTestStaging()
    for (let nth = 0; nth < 20; nth += 1) {
      const left = join(area.directory, `${'0'.repeat(16)}-${String(nth).padStart(16, '0')}`)
      await mkdir(left)
      await writeFile(join(left, 'leftover'), '')
    }
    const removed = await Promise.all([area.staging.sweep(), area.staging.sweep()])
    expect(removed.reduce((sum, one) => sum + one)).toBe(20)
    expect(await filesBelow(area.directory)).toEqual([])
  })

  test('an upload stays though its lease was removed from outside', async () => {
    await using area = await openTestStaging()
    await using upload = area.staging.begin()
    await upload.write(makeBytes(5000))
    const { source } = await upload.finish()
    await rm(`${dirname(source.path)}.lease`)
    expect(await area.staging.sweep()).toBe(0)
    expect(await readFile(source.path)).toEqual(makeBytes(5000))
  })

  test('B171 removes 10 000 leftovers of other processes and nothing else', async () => {
    await using area = await openTestStaging()
    await using upload = area.staging.begin()
    await upload.write(makeBytes(5000))
    const left = join(area.directory, `${'0'.repeat(16)}-${'f'.repeat(16)}`)
    const foreign = join(area.directory, 'not-ours')
    await mkdir(left)
    await mkdir(foreign)
    await writeFile(join(foreign, 'kept'), '')
    for (let round = 0; round < 100; round += 1)
      await Promise.all(
        Array.from({ length: 100 }, (_, index) => writeFile(join(left, `${round}-${index}`), '')),
      )
    expect(await area.staging.sweep()).toBe(10_000)
    expect(await area.staging.sweep()).toBe(0)
    const { source } = await upload.finish()
    const { path } = source
    expect(await readFile(path)).toEqual(makeBytes(5000))
    expect((await filesBelow(area.directory)).toSorted()).toEqual([path, join(foreign, 'kept')].toSorted())
    expect(await readdir(area.directory)).not.toContain(left)
  })
})
