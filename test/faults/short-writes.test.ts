import { readFile, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { canInject } from '../support/means.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import {
  ask,
  expectPhoto,
  expectProblem,
  keepsNothing,
  postBytes,
  settled,
  waiting,
} from '../support/uploads.ts'
import { injectFault } from './inject-fault.ts'
import { createSamplePhotos, type SamplePhoto, sha256 } from './sample-photos.ts'
import { fillDisk, mountSmallDisk, streamBytes } from './small-disk.ts'

const mebibyte = 1024 * 1024
/** Less than the server writes of a large upload at once. */
const roomByteSize = mebibyte / 4

/** A server whose disk has room for a part of what it writes next, and a photo that it has not seen. */
async function openTightDisk() {
  await using opening = new AsyncDisposableStack()
  const disk = opening.use(await mountSmallDisk(12 * mebibyte))
  const tintype = opening.use(await startTintype({ dataDirectory: disk.path }))
  const makeSample = await createSamplePhotos()
  expectPhoto(await postBytes(tintype, makeSample(1, 2 * mebibyte).bytes()))
  await settled(tintype)
  const filler = join(disk.path, 'filler')
  await fillDisk(filler)
  await truncate(filler, (await stat(filler)).size - roomByteSize)
  const owned = opening.move()
  const sample = makeSample(2, 2 * mebibyte)
  return { tintype, filler, sample, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** A large photo that the disk accepts in part, and what happens while the server is stopped. */
interface PartlyWritten {
  readonly tintype: Tintype
  readonly sample: SamplePhoto
  /** After which call of the writing thread the server is stopped. The first is the short one. */
  readonly call: number
  readonly meanwhile: () => Promise<void>
}

/** Streams the photo; resolves with the answer. */
async function writePartly({ tintype, sample, call, meanwhile }: PartlyWritten) {
  const inject = `writev:signal=SIGSTOP:when=${call}`
  await using stop = await injectFault(tintype.pid, { inject, threads: 'files' })
  const answered = streamBytes(tintype, sample.bytes())
  try {
    await vi.waitFor(async () => expect(await stateOf(tintype)).toMatch(/[Tt]/), waiting)
    await meanwhile()
    const results = (await stop.end()).map((line) => / = (.*?)(?: \(|$)/.exec(line)?.[1])
    expect(results).toEqual([String(roomByteSize), '-1 ENOSPC'].slice(0, call))
  } finally {
    process.kill(tintype.pid, 'SIGCONT')
  }
  return await answered
}

/** One letter, `T` if the process is stopped. @see proc_pid_stat(5) */
async function stateOf({ pid }: Tintype): Promise<string | undefined> {
  return /\) (\w)/.exec(await readFile(`/proc/${pid}/stat`, 'latin1'))?.[1]
}

describe.skipIf(!canInject)('a write that the disk accepts in part (needs root and strace)', () => {
  // How libuv continues, and what Tintype does once the disk is full after that part.
  test.each([1, 2])(
    'B166: is continued when space is freed after call %i, and the acknowledged photo is whole',
    async (call) => {
      await using area = await openTightDisk()
      const { tintype, sample } = area
      const meanwhile = () => rm(area.filler)
      const photo = expectPhoto(await writePartly({ tintype, sample, call, meanwhile }))
      expect(photo.sha256).toBe(sample.sha256)
      expect(sha256((await ask(tintype, photo.url)).body)).toBe(sample.sha256)
    },
  )

  test('B166, B161: ends the upload when there is no space for the rest, and leaves nothing', async () => {
    await using area = await openTightDisk()
    const { tintype, sample } = area
    await keepsNothing(tintype, async () => {
      const answer = await writePartly({ tintype, sample, call: 1, meanwhile: async () => {} })
      expectProblem(answer, 507, 'STORAGE_FULL')
    })
  })
})
