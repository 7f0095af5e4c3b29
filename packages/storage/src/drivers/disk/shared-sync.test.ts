import { describe, expect, test } from 'vitest'
import { createSharedSync } from './shared-sync.ts'

/** A sync whose runs are ended by hand, in the order in which they started. */
function openManualSync() {
  const runs: { readonly subject: string; readonly end: PromiseWithResolvers<void> }[] = []
  const sync = createSharedSync((subject) => {
    const end = Promise.withResolvers<void>()
    runs.push({ subject, end })
    return end.promise
  })
  return { runs, sync }
}

/** The names of those promises that are settled once everything that can run has run. */
function watch(promises: Record<string, Promise<void>>): () => Promise<string[]> {
  const settled: string[] = []
  for (const [name, promise] of Object.entries(promises)) {
    const note = () => void settled.push(name)
    promise.then(note, note)
  }
  return async () => {
    await new Promise(setImmediate)
    return settled.toSorted()
  }
}

describe('a shared sync', () => {
  test('resolves a call only with a run that started after it', async () => {
    const { runs, sync } = openManualSync()
    const first = sync('a')
    const [second, third] = [sync('a'), sync('a')]
    const settled = watch({ first, second, third })
    expect(runs).toHaveLength(1)
    runs[0]?.end.resolve()
    expect(await settled()).toEqual(['first'])
    expect(runs).toHaveLength(2)

    const fourth = sync('a')
    const settledLater = watch({ fourth })
    runs[1]?.end.resolve()
    expect(await settled()).toEqual(['first', 'second', 'third'])
    expect(await settledLater()).toEqual([])
    expect(runs).toHaveLength(3)
    runs[2]?.end.resolve()
    expect(await settledLater()).toEqual(['fourth'])
  })

  test('runs once for all that wait, and never twice at a time', async () => {
    let [runCount, running] = [0, 0]
    const sync = createSharedSync(async () => {
      runCount += 1
      running += 1
      expect(running).toBe(1)
      await new Promise(setImmediate)
      running -= 1
    })
    await Promise.all(Array.from({ length: 100 }, () => sync('a')))
    expect(runCount).toBe(2)
    await sync('a')
    expect(runCount).toBe(3)
  })

  test('keeps subjects apart', async () => {
    const { runs, sync } = openManualSync()
    const settled = watch({ a: sync('a'), b: sync('b') })
    expect(runs.map(({ subject }) => subject)).toEqual(['a', 'b'])
    runs[1]?.end.resolve()
    expect(await settled()).toEqual(['b'])
    runs[0]?.end.resolve()
    expect(await settled()).toEqual(['a', 'b'])
  })

  test('B165 fails the calls that wait for a failed run, and does not run again for them', async () => {
    const { runs, sync } = openManualSync()
    const calls = [sync('a'), sync('a'), sync('a')]
    const failure = new Error('EIO')
    runs[0]?.end.reject(failure)
    expect(await Promise.allSettled(calls)).toEqual(
      calls.map(() => ({ status: 'rejected', reason: failure })),
    )
    expect(runs).toHaveLength(1)

    const later = sync('a')
    expect(runs).toHaveLength(2)
    runs[1]?.end.resolve()
    await expect(later).resolves.toBeUndefined()
  })
})
