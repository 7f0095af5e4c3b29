import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canInject } from '../support/means.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import {
  ask,
  countPhotos,
  expectPhoto,
  expectProblem,
  keepsNothing,
  originals,
  type PhotoJson,
  postBytes,
  settled,
} from '../support/uploads.ts'
import { type FaultOptions, injectFault } from './inject-fault.ts'
import { createSamplePhotos, sha256 } from './sample-photos.ts'

const mebibyte = 1024 * 1024

describe.skipIf(!canInject)('system calls that fail (needs root and strace, to make them)', () => {
  let tintype: Tintype
  let makeSample: Awaited<ReturnType<typeof createSamplePhotos>>
  let kept: PhotoJson
  let nonce = 0

  beforeAll(async () => {
    makeSample = await createSamplePhotos()
    // Fewer threads than a large file has pieces: calls are counted for each thread.
    tintype = await startTintype({ env: { UV_THREADPOOL_SIZE: '4' } })
    kept = expectPhoto(await postBytes(tintype, sample(2000)))
    await settled(tintype)
  })
  afterAll(() => tintype[Symbol.asyncDispose]())

  function sample(byteSize: number): Uint8Array {
    nonce += 1
    return makeSample(nonce, byteSize).bytes()
  }

  /** The path of a name, once the server runs. */
  const places = {
    directory: () => join(tintype.dataDirectory, 'media/originals', kept.id.replaceAll('-', '').slice(0, 7)),
    log: () => join(tintype.dataDirectory, 'tintype.db-wal'),
  }
  const full = { status: 507, code: 'STORAGE_FULL' }
  const out = { status: 503, code: 'STORAGE_UNAVAILABLE' }
  const busy = { status: 503, code: 'OVERLOADED' }

  // Not `write`: with it Node's threads wake each other. Files of more than one chunk are written with `writev`.
  const cases: {
    what: string
    fault: Omit<FaultOptions, 'path'>
    place?: keyof typeof places
    byteSize?: number
    status: number
    code: string
  }[] = [
    { what: 'B165 EIO of fsync of the file', fault: files('fsync:error=EIO'), ...out },
    {
      what: 'B165 EIO of fsync of a large file',
      fault: files('fsync:error=EIO'),
      byteSize: 3 * mebibyte,
      ...out,
    },
    {
      what: 'B165 EIO of a sync while a large file is written',
      fault: files('fdatasync:error=EIO'),
      byteSize: 20 * mebibyte,
      ...out,
    },
    {
      what: 'B165 EIO of fsync of the directory',
      fault: files('fsync:error=EIO'),
      place: 'directory',
      ...out,
    },
    {
      what: 'B165 EIO of a write, under way',
      fault: files('writev:error=EIO'),
      byteSize: 3 * mebibyte,
      ...out,
    },
    {
      what: 'B161 ENOSPC of a write, under way',
      fault: files('writev:error=ENOSPC:when=2+'),
      byteSize: 9 * mebibyte,
      ...full,
    },
    { what: 'B161 ENOSPC of create', fault: files('openat:error=ENOSPC'), ...full },
    { what: 'B161 ENOSPC of fsync', fault: files('fsync:error=ENOSPC'), ...full },
    { what: 'B161 ENOSPC of link', fault: files('link:error=ENOSPC'), ...full },
    {
      what: 'B162 EDQUOT of a write, under way',
      fault: files('writev:error=EDQUOT'),
      byteSize: 3 * mebibyte,
      ...full,
    },
    { what: 'B163 ENFILE of open', fault: files('openat:error=ENFILE'), ...busy },
    { what: 'B164 EROFS of link', fault: files('link:error=EROFS'), ...out },
    {
      what: 'B161 ENOSPC of a write to the catalog',
      fault: all('pwrite64:error=ENOSPC'),
      place: 'log',
      ...full,
    },
  ]

  test.each(cases)('$what: that upload is $code and leaves nothing; the next one works', async (one) => {
    const { fault, place, byteSize = 2000, status, code } = one
    await keepsNothing(tintype, async () => {
      await using injected = await injectFault(tintype.pid, { ...fault, path: place && places[place]() })
      expectProblem(await postBytes(tintype, sample(byteSize)), status, code)
      expect((await injected.end()).some((line) => line.includes('(INJECTED)'))).toBe(true)
    })
    expectPhoto(await postBytes(tintype, sample(byteSize)))
  })

  // The next start may find the failed commit in the catalog's log: then its bytes must be there.
  test.each([
    { what: 'the sync of the catalog', inject: 'fsync:error=EIO' },
    { what: 'a write to the catalog', inject: 'pwrite64:error=EIO' },
  ])(
    'B165 EIO of $what: the outcome is unknown, so the bytes wait for the sweep; the next one works',
    async ({ inject }) => {
      await settled(tintype)
      const before = await originals(tintype)
      await using injected = await injectFault(tintype.pid, { ...all(inject), path: places.log() })
      const problem = expectProblem(await postBytes(tintype, sample(2000)), 503, 'CATALOG_UNAVAILABLE')
      expect((await injected.end()).some((line) => line.includes('(INJECTED)'))).toBe(true)
      expect(problem).toMatchObject({ outcome: 'unknown' })
      expect(await tintype.staged()).toEqual([])
      const orphans = (await originals(tintype)).filter((blob) => !before.includes(blob))
      expect(orphans).toHaveLength(1)
      expect(await countPhotos(tintype)).toBe(before.length)
      for (const orphan of orphans) {
        expect((await ask(tintype, `/photos/${basename(orphan, '.jpg')}`)).status).toBe(404)
        await rm(join(tintype.dataDirectory, 'media', orphan)) // as a sweep does when it is two hours old
      }
      expectPhoto(await postBytes(tintype, sample(2000)))
    },
  )

  test.each([
    { when: 'when the file is whole', call: 'fsync', byteSize: 3 * mebibyte },
    { when: 'while the file is written', call: 'fdatasync', byteSize: 20 * mebibyte },
  ])('B165: a sync that failed $when is not tried again on the same file', async ({ call, byteSize }) => {
    await settled(tintype)
    await using injected = await injectFault(tintype.pid, files('fsync,fdatasync:error=EIO'))
    expectProblem(await postBytes(tintype, sample(byteSize)), 503, 'STORAGE_UNAVAILABLE')
    const synced = (await injected.end()).map((line) => /(\w+)\(\d+<(.*?)>/.exec(line)?.slice(1))
    expect(synced).toEqual([[call, expect.stringContaining('/staging/')]])
  })

  test.each(['writev', 'fsync', 'fdatasync', 'openat', 'link', 'unlink'])(
    'B166 EINTR of %s changes nothing',
    async (call) => {
      await settled(tintype)
      const bytes = sample({ writev: 3 * mebibyte, fdatasync: 20 * mebibyte }[call] ?? 2000)
      await using injected = await injectFault(tintype.pid, files(`${call}:error=EINTR:when=1`))
      const photo = expectPhoto(await postBytes(tintype, bytes))
      expect((await injected.end()).some((line) => line.includes('(INJECTED)'))).toBe(true)
      expect(sha256((await ask(tintype, photo.url)).body)).toBe(sha256(bytes))
    },
  )

  test('B165 EIO of a read never results in an answer that looks complete', async () => {
    const photo = expectPhoto(await postBytes(tintype, sample(3 * mebibyte)))
    await settled(tintype)
    let hits = 0
    for (const call of ['read', 'pread64']) {
      await using injected = await injectFault(tintype.pid, files(`${call}:error=EIO`))
      const answer = await ask(tintype, photo.url).catch(() => undefined)
      const isHit = (await injected.end()).some((line) => line.includes('(INJECTED)'))
      if (!isHit) continue
      hits += 1
      // Either an error, or an answer that is cut off.
      expect(answer?.status ?? 503).toBe(503)
    }
    expect(hits).toBeGreaterThan(0)
    expect(sha256((await ask(tintype, photo.url)).body)).toBe(photo.sha256)
  })

  test('B162 EFBIG: a file beyond what the process may write is 507', async () => {
    await keepsNothing(tintype, async () => {
      using _limit = limitFiles(tintype.pid, 2 * mebibyte)
      expectProblem(await postBytes(tintype, sample(5 * mebibyte)), 507, 'STORAGE_FULL')
    })
    expectPhoto(await postBytes(tintype, sample(5 * mebibyte)))
  })
})

/** Limits what a process may write to one file, until it is disposed. */
function limitFiles(pid: number, byteSize: number): Disposable {
  const limitTo = (most: number | string) =>
    execFileSync('prlimit', ['--pid', String(pid), `--fsize=${most}:`])
  limitTo(byteSize)
  return { [Symbol.dispose]: () => void limitTo('unlimited') }
}

function files(inject: string): Omit<FaultOptions, 'path'> {
  return { inject, threads: 'files' }
}

function all(inject: string): Omit<FaultOptions, 'path'> {
  return { inject, threads: 'all' }
}
