import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { canMount, hasStrace } from '../support/means.ts'
import { runCommand } from '../support/run-command.ts'
import { serverEnvironment } from '../support/server-environment.ts'
import { builtServer, startTintype, type Tintype } from '../support/start-tintype.ts'
import { ask, countPhotos, expectPhoto, type PhotoJson, postBytes } from '../support/uploads.ts'
import { type DataDirectory, openDataDirectory } from './data-directory.ts'
import { createRandom } from './random.ts'
import { createSamplePhotos, sha256 } from './sample-photos.ts'
import { mountSmallDisk } from './small-disk.ts'

const mebi = 1024 * 1024

/** Uploads and deletes at random until it is stopped; resolves with the photos that remain. */
function startStorm(tintype: Tintype, { seed, makeSample }: StormOptions) {
  const random = createRandom(seed)
  const kept = new Map<string, PhotoJson>()
  let isOver = false
  let nonce = seed * 1_000_000
  const workers = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const victim = kept.size > 20 ? random.pick([...kept.keys()]) : undefined
      if (victim !== undefined && kept.delete(victim))
        await ask(tintype, `/photos/${victim}`, { method: 'DELETE' })
      const bytes = makeSample(nonce++, 1000 + random.below(60_000)).bytes()
      const photo = expectPhoto(await postBytes(tintype, bytes))
      kept.set(photo.id, photo)
    }
  })
  return {
    async stop() {
      isOver = true
      await Promise.all(workers)
      return [...kept.values()]
    },
  }
}

interface StormOptions {
  readonly seed: number
  readonly makeSample: Awaited<ReturnType<typeof createSamplePhotos>>
}

async function uploadSome(directory: DataDirectory, count: number, byteSize = 3000): Promise<PhotoJson[]> {
  const makeSample = await createSamplePhotos()
  await using tintype = await startTintype({ dataDirectory: directory.path })
  const answers = []
  for (let nonce = 1; nonce <= count; nonce += 1)
    answers.push(await postBytes(tintype, makeSample(nonce, byteSize).bytes()))
  return answers.map(expectPhoto)
}

function startBackup(directory: DataDirectory, backup: string) {
  return spawn(process.execPath, [builtServer, 'backup', backup], {
    env: { ...serverEnvironment(), TINTYPE_DATA_DIR: directory.path },
    stdio: 'ignore',
  })
}

/** Names below a directory; none if one was renamed while it was read, as a backup is when it is complete. */
async function namesBelow(directory: string): Promise<string[]> {
  return readdir(directory, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return []
  })
}

// Each test runs several commands, each in its own process. On a busy machine that is slow.
describe('tintype backup and restore', { timeout: 900_000 }, () => {
  test('B184 made during a storm of uploads and deletions, backups restore to whole libraries', async () => {
    const seed = Date.now() % 1_000_000
    console.info(`seed ${seed}`)
    const makeSample = await createSamplePhotos()
    await using home = await openDataDirectory()
    await using tintype = await startTintype()
    const before = expectPhoto(await postBytes(tintype, makeSample(seed - 1, 5000).bytes()))
    const storm = startStorm(tintype, { seed, makeSample })
    const backups = ['first', 'second', 'third'].map((name) => join(home.path, name))
    try {
      for (const [at, backup] of backups.entries()) {
        const since = backups[at - 1]
        const ending = await runCommand(
          tintype.dataDirectory,
          ...['backup', backup, ...(since === undefined ? [] : ['--since', since])],
        )
        expect(ending).toMatchObject({ code: 0, stderr: '' })
      }
    } finally {
      await storm.stop()
    }
    expect((await readdir(home.path)).toSorted()).toEqual(['first', 'second', 'third'])

    for (const [at, backup] of backups.entries()) {
      const data = join(home.path, `restored-${at}`)
      const ending = await runCommand(data, 'restore', backup)
      expect(ending).toMatchObject({
        code: 0,
        stderr: '',
        stdout: expect.stringContaining('nothing is wrong'),
      })
      await using restored = await startTintype({ dataDirectory: data })
      const listed = JSON.parse(
        (await ask(restored, '/trpc/photos.list?input={"limit":100}')).body.toString(),
      )
      const photos = listed.result.data.photos as PhotoJson[]
      expect(photos.length).toBe(await countPhotos(restored))
      expect(photos.map(({ id }) => id)).toContain(before.id)
      for (const photo of photos) {
        expect(sha256((await ask(restored, photo.url)).body)).toBe(photo.sha256)
        expect((await ask(restored, photo.thumbnail.url)).status).toBe(200)
      }
    }
  })

  test('a backup links what an earlier one has, and stays complete when that one is removed', async () => {
    await using home = await openDataDirectory()
    await using directory = await openDataDirectory()
    await uploadSome(directory, 3)
    const [first, second] = [join(home.path, 'first'), join(home.path, 'second')]
    expect((await runCommand(directory.path, 'backup', first)).stdout).toMatch(
      /^3 photos are in .* copied\)\n$/,
    )
    const ending = await runCommand(directory.path, 'backup', second, '--since', first)
    expect(ending.stdout).toContain('0 B copied, 3 linked')
    await rm(first, { recursive: true })
    expect((await runCommand(second, 'doctor')).code).toBe(0)
  })

  test('B170 a broken photo is reported and left out, and the others are backed up', async () => {
    await using home = await openDataDirectory()
    await using directory = await openDataDirectory()
    const [torn] = await uploadSome(directory, 3)
    const [blob = ''] = (await readdir(join(directory.path, 'media'), { recursive: true })).filter((name) =>
      name.endsWith(`${torn?.id}.jpg`),
    )
    await truncate(join(directory.path, 'media', blob), 10)
    const backup = join(home.path, 'backup')
    const ending = await runCommand(directory.path, 'backup', backup)
    expect(ending).toMatchObject({ code: 1, stdout: expect.stringContaining('1 broken') })
    expect(ending.stderr).toContain(`${torn?.id}`)
    const restored = await runCommand(join(home.path, 'data'), 'restore', backup)
    expect(restored).toMatchObject({ code: 1, stdout: expect.stringContaining('1 finding') })
  })

  test.each([
    { sign: '', signal: 'SIGKILL' },
    { sign: 'media/originals', signal: 'SIGKILL' },
    { sign: '.jpg', signal: 'SIGKILL' },
    { sign: '', signal: 'SIGTERM' },
  ] as const)(
    'stopped with $signal as soon as "$sign" exists, a backup is complete or is not accepted as one',
    async ({ sign, signal }) => {
      await using home = await openDataDirectory()
      await using directory = await openDataDirectory()
      await uploadSome(directory, 20, 200_000)
      const child = startBackup(directory, join(home.path, 'backup'))
      const exited = once(child, 'exit')
      while (!(await namesBelow(home.path)).some((name) => name.includes(sign)))
        await new Promise(setImmediate)
      child.kill(signal)
      const [code] = await exited
      const left = await readdir(home.path)
      // A signal that arrives when only the exit is left kills the process, and the backup is complete.
      if (signal === 'SIGTERM') expect(left).toEqual(code === 2 ? [] : ['backup'])
      for (const name of left) {
        const restored = await runCommand(join(home.path, 'data'), 'restore', join(home.path, name))
        if (name === 'backup') expect(restored).toMatchObject({ code: 0, stderr: '' })
        else
          expect(restored).toMatchObject({
            code: 2,
            stderr: expect.stringContaining('not a complete backup'),
          })
      }
    },
  )

  test.skipIf(!canMount)(
    'B161 a full disk ends backup and restore, and they leave nothing (needs root, to mount one)',
    async () => {
      await using home = await openDataDirectory()
      await using directory = await openDataDirectory()
      const photos = await uploadSome(directory, 4, mebi)
      await using disk = await mountSmallDisk(3 * mebi)
      const small = await runCommand(directory.path, 'backup', join(disk.path, 'backup'))
      expect(small).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('no space left') })
      expect(await readdir(disk.path)).toEqual([])

      const backup = join(home.path, 'backup')
      expect((await runCommand(directory.path, 'backup', backup)).code).toBe(0)
      const data = join(disk.path, 'data')
      const restore = await runCommand(data, 'restore', backup)
      expect(restore).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('no space left') })
      expect(await readdir(data)).toEqual(['tintype.lock'])
      expect((await runCommand(join(home.path, 'data'), 'restore', backup)).stdout).toContain(
        `${photos.length} photos are back`,
      )
    },
  )

  test.skipIf(!canMount)(
    'a restore that cannot continue says why, and leaves the mount point of media as it was (needs root, to mount a disk)',
    async () => {
      await using home = await openDataDirectory()
      await using directory = await openDataDirectory()
      await uploadSome(directory, 1)
      const backup = join(home.path, 'backup')
      await runCommand(directory.path, 'backup', backup)
      await using disk = await mountSmallDisk(3 * mebi)
      await mkdir(join(disk.path, 'lost+found'))
      const data = join(home.path, 'data')
      const args = ['restore', backup, '--storage-url', `file:${disk.path}`]
      const ending = await runCommand(data, ...args)
      expect(ending).toMatchObject({ code: 2, stdout: '' })
      expect(ending.stderr).toMatch(/^Tintype cannot continue: .*same file system.*\n$/)
      expect(await readdir(disk.path)).toEqual(['lost+found'])
      expect(await readdir(data)).toEqual(['tintype.lock'])
    },
  )

  test.skipIf(!hasStrace)(
    'directories that are made for a backup or a restored library are synced, each of them (needs strace)',
    async () => {
      await using home = await openDataDirectory()
      await using directory = await openDataDirectory()
      await uploadSome(directory, 1)
      const record = join(home.path, 'record')
      const runRecorded = async (dataDirectory: string, ...args: string[]) => {
        const flags = [
          '-f',
          '-qq',
          '-y',
          '--seccomp-bpf',
          '-e',
          'signal=none',
          '-e',
          'trace=fsync',
          '-o',
          record,
        ]
        execFileSync('strace', [...flags, process.execPath, builtServer, ...args], {
          env: { ...serverEnvironment(), TINTYPE_DATA_DIR: dataDirectory },
        })
        const calls = await readFile(record, 'utf8')
        return new Set(calls.match(/(?<=fsync\(\d+<)[^>]+/g))
      }
      const backup = join(home.path, 'years/2026/monday')
      const kept = await runRecorded(directory.path, 'backup', backup)
      for (const above of ['', 'years', 'years/2026']) expect(kept).toContain(join(home.path, above))
      const data = join(home.path, 'disk/data')
      const synced = await runRecorded(data, 'restore', backup)
      for (const above of ['', 'disk', 'disk/data']) expect(synced).toContain(join(home.path, above))
    },
  )

  test('nothing that exists is overwritten', async () => {
    await using home = await openDataDirectory()
    await using directory = await openDataDirectory()
    await uploadSome(directory, 1)
    const backup = join(home.path, 'backup')
    await mkdir(backup)
    const taken = await runCommand(directory.path, 'backup', backup)
    expect(taken).toMatchObject({ code: 2, stderr: expect.stringContaining('exists already') })
    const inside = await runCommand(directory.path, 'backup', join(directory.path, 'media/backup'))
    expect(inside).toMatchObject({ code: 2, stderr: expect.stringContaining('lost with them') })
    await rm(backup, { recursive: true })
    expect((await runCommand(directory.path, 'backup', backup)).code).toBe(0)

    const before = await readFile(join(directory.path, 'tintype.db'))
    const onto = await runCommand(directory.path, 'restore', backup)
    expect(onto).toMatchObject({ code: 2, stderr: expect.stringContaining('empty data directory') })
    expect(await readFile(join(directory.path, 'tintype.db'))).toEqual(before)
    const data = join(home.path, 'data')
    await mkdir(data)
    await writeFile(join(data, 'holiday.jpg'), 'mine')
    const beside = await runCommand(data, 'restore', backup)
    expect(beside).toMatchObject({ code: 2, stderr: expect.stringContaining('holiday.jpg') })
    expect(await readdir(data)).toEqual(['holiday.jpg'])
  })

  test('a backup with a damaged catalog is not restored, and leaves nothing', async () => {
    await using home = await openDataDirectory()
    await using directory = await openDataDirectory()
    await uploadSome(directory, 1)
    const backup = join(home.path, 'backup')
    await runCommand(directory.path, 'backup', backup)
    const { size } = await stat(join(backup, 'tintype.db'))
    await truncate(join(backup, 'tintype.db'), size - 4096)
    const data = join(home.path, 'data')
    expect((await runCommand(data, 'restore', backup)).code).toBe(2)
    expect(await readdir(data)).toEqual(['tintype.lock'])
  })
})
