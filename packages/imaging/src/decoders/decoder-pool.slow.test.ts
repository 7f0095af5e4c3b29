import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { thumbnailTarget } from '../testing/index.ts'
import type { DecoderLoss } from './decoder-loss.ts'
import { createDecoderPool, type DecoderPool, type DecoderPoolOptions } from './decoder-pool.ts'

/*
 * Real processes that do what the path of their image says, instead of decoding. No image makes a decoder fail in each of
 * these ways reliably.
 */
const actor = `
import { existsSync, writeFileSync } from 'node:fs'
const acts = {
  die() { process.stderr.write('the last words'); process.exit(70) },
  'die-once'(flag) { if (existsSync(flag)) return 'survived'; writeFileSync(flag, ''); process.exit(70) },
  hang() { for (;;); },
  wait() { return new Promise(() => {}) },
  abort() { process.stderr.write('terminate called after throwing std::bad_alloc'); process.abort() },
  kill() { process.kill(process.pid, 'SIGKILL'); return new Promise(() => {}) },
  grow() { globalThis.kept = Buffer.alloc(500e6, 1); return new Promise(() => {}) },
  deafen() { process.disconnect(); setInterval(() => {}, 1e6); return new Promise(() => {}) },
  environment: () => process.env,
  pid: () => process.pid,
}
process.on('message', async ({ arguments: [source] }) => {
  if (source instanceof Uint8Array) return process.send({ type: 'result', result: source.buffer.byteLength })
  const [act, operand] = source.path.split(' ')
  process.send({ type: 'result', result: await acts[act](operand) })
})
process.send({ type: 'ready' })
`

let directory: string
const entries = {
  actor,
  broken: `import './no-such-module.js'`,
  stillborn: `process.kill(process.pid, 'SIGKILL')`,
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tintype-decoders-'))
  for (const [name, source] of Object.entries(entries))
    await writeFile(join(directory, `${name}.mjs`), source)
})
afterAll(() => rm(directory, { recursive: true }))

const roomy = { cpuMs: 60_000, timeoutMs: 60_000, memoryByteSize: 2 ** 40 }

function openPool(options: Partial<DecoderPoolOptions> & { readonly actor?: keyof typeof entries } = {}) {
  const { actor: name = 'actor', ...rest } = options
  const losses: DecoderLoss[] = []
  const pool = createDecoderPool({
    size: 2,
    budget: roomy,
    idleTimeoutMs: 60_000,
    onDecoderLost: (loss) => losses.push(loss),
    entry: pathToFileURL(join(directory, `${name}.mjs`)),
    ...rest,
  })
  return { pool, losses, [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose]() }
}

const limits = { maxPixels: 1, maxAvifPixels: 1, maxSide: 1, maxFrames: 1 }
/** Lets a decoder run `act`. */
const act = (pool: DecoderPool, path: string): Promise<unknown> =>
  pool.run('inspect', { path }, { format: 'png', limits, thumbnail: thumbnailTarget })
/** Whether a process exists, even as a zombie. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
const waiting = { timeout: 100_000, interval: 5 }

describe('a decoder that dies', () => {
  test('B143 costs a second try and nothing else', async () => {
    await using opened = openPool()
    const flag = join(directory, 'died')
    expect(await act(opened.pool, `die-once ${flag}`)).toBe('survived')
    expect(existsSync(flag)).toBe(true)
    expect(opened.losses).toMatchObject([{ reason: 'crash', exitCode: 70, signal: null }])
    expect(opened.pool.pids()).toHaveLength(1)
  })

  test('B146 of the same image twice makes it unreadable, and the next image is served', async () => {
    await using opened = openPool()
    const refusal: unknown = await act(opened.pool, 'die').catch((error: unknown) => error)
    expect(refusal).toMatchObject({
      code: 'UNREADABLE_IMAGE',
      message: 'The image crashed two decoders, so it cannot be accepted',
    })
    expect(refusal).toMatchObject({ cause: { message: expect.stringContaining('the last words') } })
    expect(opened.losses).toMatchObject([
      { reason: 'crash', stderr: 'the last words', pid: expect.any(Number) },
      { reason: 'crash', stderr: 'the last words' },
    ])
    expect(await act(opened.pool, 'pid')).toBe(opened.pool.pids()[0])
  })

  test('B143 without work, and all of them at once, is not the fault of the next image', async () => {
    await using opened = openPool()
    await Promise.all([act(opened.pool, 'pid'), act(opened.pool, 'pid')])
    const before = opened.pool.pids()
    expect(before).toHaveLength(2)
    for (const pid of before) process.kill(pid, 'SIGKILL')
    expect(before).not.toContain(await act(opened.pool, 'pid'))
    // The end of the other decoder may be reported later.
    await vi.waitFor(() => expect(opened.pool.pids()).toHaveLength(1), waiting)
  })

  test('B143 that runs but can no longer be reached is ended', async () => {
    await using opened = openPool()
    await expect(act(opened.pool, 'deafen')).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' })
    expect(opened.losses).toMatchObject([{ signal: 'SIGKILL' }, { signal: 'SIGKILL' }])
    expect(opened.pool.pids()).toEqual([])
  })
})

describe('a decoder that takes too much', () => {
  test('B145 time is killed, although it blocks its own event loop', async () => {
    await using opened = openPool({ budget: { ...roomy, cpuMs: 50 } })
    await expect(act(opened.pool, 'hang')).rejects.toMatchObject({
      code: 'TOO_MANY_PIXELS',
      facts: { cpuMs: 50 },
    })
    expect(opened.losses).toMatchObject([{ reason: 'cpu', signal: 'SIGKILL' }])
    expect(opened.losses.map(({ pid = 0 }) => exists(pid))).toEqual([false])
    expect(opened.pool.pids()).toEqual([])
  })

  test.skipIf(process.platform !== 'linux')('B144 memory is killed (Linux)', async () => {
    const memoryByteSize = 300e6
    await using opened = openPool({ budget: { ...roomy, memoryByteSize } })
    await expect(act(opened.pool, 'grow')).rejects.toMatchObject({
      code: 'TOO_MANY_PIXELS',
      facts: { memoryByteSize },
    })
    expect(opened.losses).toMatchObject([{ reason: 'memory', signal: 'SIGKILL' }])
    await expect(act(opened.pool, 'pid')).resolves.toBe(opened.pool.pids()[0])
  })

  test('B143 does not hold up this process or the other images', async () => {
    await using opened = openPool()
    let isHanging = true
    const hanging = act(opened.pool, 'hang').finally(() => {
      isHanging = false
    })
    hanging.catch(() => {})
    for (let i = 0; i < 20; i += 1) expect(await act(opened.pool, 'pid')).toBe(opened.pool.pids()[1])
    expect(isHanging).toBe(true)
    await opened.pool[Symbol.asyncDispose]()
    await expect(hanging).rejects.toMatchObject({ code: 'OVERLOADED' })
    expect(opened.losses).toEqual([])
  })
})

describe('B145 a decoder that the machine gives too little', () => {
  const busy = { code: 'OVERLOADED', status: 503, retryable: true, retryAfterSeconds: 10 }

  test('time is ended at last, and its image is not refused for it', async () => {
    await using opened = openPool({ budget: { ...roomy, timeoutMs: 50 } })
    await expect(act(opened.pool, 'wait')).rejects.toMatchObject(busy)
    expect(opened.losses).toMatchObject([{ reason: 'deadline', signal: 'SIGKILL' }])
  })

  test.each(['kill', 'abort'])(
    'memory has a second try, and its image is not refused for it: %s',
    async (name) => {
      await using opened = openPool()
      await expect(act(opened.pool, name)).rejects.toMatchObject(busy)
      expect(opened.losses).toMatchObject([{ reason: 'starved' }, { reason: 'starved' }])
      await expect(act(opened.pool, 'pid')).resolves.toBe(opened.pool.pids()[0])
    },
  )
})

describe('a decoder that does not start', () => {
  test('is INTERNAL if it is broken, and the reason is in the log only', async () => {
    await using opened = openPool({ actor: 'broken' })
    await expect(act(opened.pool, 'pid')).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'The image decoder cannot be started',
    })
    expect(opened.losses).toHaveLength(2)
    for (const loss of opened.losses)
      expect(loss).toMatchObject({ reason: 'start', stderr: expect.stringContaining('no-such-module') })
  })

  test('is OVERLOADED if it is killed, as when memory runs out', async () => {
    await using opened = openPool({ actor: 'stillborn' })
    await expect(act(opened.pool, 'pid')).rejects.toMatchObject({ code: 'OVERLOADED', retryAfterSeconds: 1 })
    expect(opened.losses).toMatchObject([{ reason: 'start' }, { reason: 'start' }])
  })
})

describe('how many there are', () => {
  test('none before there is work; the one that worked last gets the next image', async () => {
    await using opened = openPool()
    expect(opened.pool.pids()).toEqual([])
    const [, second] = await Promise.all([act(opened.pool, 'pid'), act(opened.pool, 'pid')])
    const last = await act(opened.pool, 'pid')
    expect([last, await act(opened.pool, 'pid'), await act(opened.pool, 'pid')]).toEqual([last, last, last])
    expect(opened.pool.pids()).toContain(second)
    expect(opened.pool.pids()).toHaveLength(2)
  })

  test('several calls of warm start one ahead, which gets the next image', async () => {
    await using opened = openPool()
    for (let i = 0; i < 5; i += 1) opened.pool.warm()
    const [warm] = opened.pool.pids()
    expect(opened.pool.pids()).toHaveLength(1)
    const running = act(opened.pool, 'pid')
    opened.pool.warm()
    opened.pool.warm()
    expect(opened.pool.pids()).toHaveLength(2)
    expect(await running).toBe(warm)
  })

  test('idle ones end after their timeout', async () => {
    await using opened = openPool({ idleTimeoutMs: 1 })
    const pid = Number(await act(opened.pool, 'pid'))
    await vi.waitFor(() => expect(opened.pool.pids()).toEqual([]), waiting)
    expect(exists(pid)).toBe(false)
    expect(opened.losses).toEqual([])
  })

  test('none is left after disposing, at work, idle or just started', async () => {
    const { pool, losses } = openPool({ size: 3 })
    await Promise.all([act(pool, 'pid'), act(pool, 'pid')])
    const running = [act(pool, 'hang'), act(pool, 'hang')]
    pool.warm()
    const outcomes = Promise.allSettled(running)
    const pids = pool.pids()
    expect(pids).toHaveLength(3)
    await pool[Symbol.asyncDispose]()
    expect(pids.filter(exists)).toEqual([])
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'OVERLOADED' } })
    pool.warm()
    await expect(act(pool, 'pid')).rejects.toMatchObject({ code: 'OVERLOADED' })
    expect(pool.pids()).toEqual([])
    expect(losses).toEqual([])
  })
})

describe('what crosses', () => {
  test('is INTERNAL if it cannot cross, and the decoder serves the next request', async () => {
    await using opened = openPool()
    const uncloneable = { path: 'pid', toString: () => '' }
    for (let i = 0; i < 2; i += 1)
      await expect(
        opened.pool.run('inspect', uncloneable, { format: 'png', limits, thumbnail: thumbnailTarget }),
      ).rejects.toMatchObject({
        code: 'INTERNAL',
      })
    expect(await act(opened.pool, 'pid')).toBe(opened.pool.pids()[0])
    expect(opened.losses).toEqual([])
  })

  test('has no environment of the server', async () => {
    vi.stubEnv('TINTYPE_SECRET', 'hunter2')
    await using opened = openPool()
    const environment = await act(opened.pool, 'environment')
    expect(environment).toMatchObject({ UV_THREADPOOL_SIZE: '2' })
    expect(environment).not.toHaveProperty('TINTYPE_SECRET')
    expect(environment).not.toHaveProperty('PATH')
    vi.unstubAllEnvs()
  })

  test('has only the visible part of a view', async () => {
    await using opened = openPool()
    const view = new Uint8Array(64e6).subarray(1000, 2000)
    expect(
      await opened.pool.run('inspect', view, { format: 'png', limits, thumbnail: thumbnailTarget }),
    ).toBeLessThan(4000)
  })
})
