import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtempDisposable, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { makeImage } from '@tintype/imaging/testing'
import { expect, test } from 'vitest'
import { runServer } from './support/run-server.ts'
import { serverEnvironment } from './support/server-environment.ts'
import { builtServer, startTintype } from './support/start-tintype.ts'
import { expectPhoto, postBytes } from './support/uploads.ts'

/** More bytes than fit into a pipe and the buffers of both ends. */
const chatter = 1_000_000

/**
 * Fills standard output before the command writes to it. Reports on standard error when the command has written, and waits.
 */
const fullOutput = preload(`
  const { stdout, stderr } = process
  const write = stdout.write.bind(stdout)
  write('x'.repeat(${chatter}))
  process.on('SIGTERM', () => {}) // like commands that remove unfinished work
  stdout.write = (...args) => {
    const isTaken = write(...args)
    stderr.write('written')
    setImmediate(() => stderr.write('waiting'))
    return isTaken
  }`)

/** Once the pipe is full, gives the command the time of many reads, and reports on standard error what waits then. */
const tellsWaiting = preload(`
  import { lstat } from 'node:fs/promises'
  const { stdout, stderr } = process
  const write = stdout.write.bind(stdout)
  stdout.write = (...args) => {
    const isTaken = write(...args)
    if (stdout.writableLength > 0) { stdout.write = write; tell() }
    return isTaken
  }
  async function tell() {
    for (let left = 2000; left > 0; left--) await lstat('/')
    stderr.write(String(stdout.writableLength))
  }`)

function preload(program: string): string {
  return `data:text/javascript,${encodeURIComponent(program)}`
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, args, {
    env: { ...serverEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit') as Promise<[number | null]>
  return Object.assign(child, {
    exited,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  })
}

test('the output of a command is not cut off when its reader is slow', async () => {
  const { stdout: whole } = await runServer({}, ['help'])
  await using slow = start(['--import', fullOutput, builtServer, 'help'])
  await once(slow.stderr, 'data')
  expect((await text(slow.stdout)).slice(chatter)).toBe(whole)
  expect(await slow.exited).toEqual([0, null])
})

test('B309 a signal ends a command whose reader does not read', async () => {
  await using stuck = start(['--import', fullOutput, builtServer, 'help'])
  for await (const told of stuck.stderr) if (String(told).includes('waiting')) break
  stuck.kill('SIGTERM')
  expect(await stuck.exited).toEqual([null, 'SIGTERM'])
})

test('a command whose reader has closed its end stops by itself', async () => {
  await using left = start(['--import', fullOutput, builtServer, 'help'])
  await once(left.stderr, 'data')
  left.stdout.destroy()
  expect(await left.exited).toEqual([0, null])
})

test('B312 a backup that cannot write its progress continues', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-'))
  const dataDirectory = join(home.path, 'data')
  await mkdir(dataDirectory)
  {
    await using tintype = await startTintype({ dataDirectory })
    const image = await makeImage({ width: 64, height: 48, format: 'jpeg' })
    for (let nth = 0; nth < 3; nth += 1) expectPhoto(await postBytes(tintype, image))
  }
  await rm(join(dataDirectory, 'media/originals'), { recursive: true })
  const backups = join(home.path, 'backups')
  await using backup = start([builtServer, 'backup', join(backups, 'monday')], {
    TINTYPE_DATA_DIR: dataDirectory,
  })
  backup.stderr.destroy()
  expect(await text(backup.stdout)).toContain('3 broken')
  expect(await backup.exited).toEqual([1, null])
  expect(await readdir(backups)).toEqual(['monday'])
})

test('findings wait for a slow reader without using memory, and all of them arrive; one signal ends the command', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-'))
  const dataDirectory = join(home.path, 'data')
  await mkdir(dataDirectory)
  await (await startTintype({ dataDirectory }))[Symbol.asyncDispose]()
  const names = Array.from({ length: 3000 }, (_, nth) => `${nth}-${'x'.repeat(200)}`)
  for (const name of names) await writeFile(join(dataDirectory, 'media', name), '')
  const startDoctor = () =>
    start(['--import', tellsWaiting, builtServer, 'doctor', '--json'], { TINTYPE_DATA_DIR: dataDirectory })
  await using doctor = startDoctor()
  const [waiting] = await once(doctor.stderr, 'data')
  expect(Number(waiting)).toBeLessThan(1000)
  const lines = (await text(doctor.stdout)).trimEnd().split('\n')
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ found: names.length })
  expect(lines).toHaveLength(names.length + 1)
  expect(await doctor.exited).toEqual([1, null])

  await using stopped = startDoctor()
  await once(stopped.stderr, 'data')
  stopped.kill('SIGTERM')
  expect(await stopped.exited).toEqual([2, null])
})
