import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { thumbnailTarget } from '../testing/index.ts'
import { createDecoderPool } from './decoder-pool.ts'

/** A decoder whose work is to return the id of its process, or to wait until it is killed. */
const actor = `
process.on('message', ({ arguments: [source] }) => {
  if (source.path !== 'wait') process.send({ type: 'result', result: process.pid })
})
process.send({ type: 'ready' })
`
const limits = { maxPixels: 1, maxAvifPixels: 1, maxSide: 1, maxFrames: 1 }
const options = { format: 'png', limits, thumbnail: thumbnailTarget } as const

async function openPool(sizes: { readonly size: number; readonly lowSize: number }) {
  const directory = await mkdtempDisposable(join(tmpdir(), 'tintype-decoders-'))
  const entry = join(directory.path, 'actor.mjs')
  writeFileSync(entry, actor)
  const budget = { cpuMs: 60_000, timeoutMs: 60_000, memoryByteSize: 2 ** 40 }
  const pool = createDecoderPool({ ...sizes, budget, idleTimeoutMs: 60_000, entry: pathToFileURL(entry) })
  return {
    run: async (path: string) => Number(await pool.run('inspect', { path }, options)),
    runLow: async (path: string) => Number(await pool.runLow('inspect', { path }, options)),
    async [Symbol.asyncDispose]() {
      await pool[Symbol.asyncDispose]()
      await directory[Symbol.asyncDispose]()
    },
  }
}

/** Steps of priority below this process, of each thread of another one. @see proc_pid_stat(5), field 19 */
function stepsBelow(pid: number): Set<number> {
  const steps = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]) - getPriority()
  })
  return new Set(steps)
}

describe.skipIf(process.platform !== 'linux')('S-03: work that may wait (needs /proc)', () => {
  test('has a decoder of lower priority, and other work beside it another one', async () => {
    await using pool = await openPool({ size: 3, lowSize: 1 })
    const first = await pool.run('pid')
    expect(stepsBelow(first)).toEqual(new Set([0]))
    expect(await pool.runLow('pid')).toBe(first)
    expect(stepsBelow(first)).toEqual(new Set([10]))
    const second = await pool.run('pid') // it was started when the first one was lowered
    expect(second).not.toBe(first)
    const waits = pool.runLow('wait').catch((error: unknown) => error)
    expect(await pool.run('pid')).toBe(second)
    expect(await pool.runLow('pid')).toBe(second)
    expect(stepsBelow(second)).toEqual(new Set([0]))
    await pool[Symbol.asyncDispose]()
    expect(await waits).toMatchObject({ code: 'OVERLOADED' })
  })

  test('uses any decoder if there is one for all', async () => {
    await using pool = await openPool({ size: 1, lowSize: 0 })
    const only = await pool.runLow('pid')
    expect(await pool.run('pid')).toBe(only)
    expect(stepsBelow(only)).toEqual(new Set([0]))
  })
})
