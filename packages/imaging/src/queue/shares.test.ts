import { describe, expect, test } from 'vitest'
import { createWorkQueue, type Turn, type WaitOptions, type WorkQueueOptions } from './work-queue.ts'

/** A queue whose tasks note their name when they start, and end when the test says so. */
function openQueue(options: Partial<WorkQueueOptions> = {}) {
  const queue = createWorkQueue({
    concurrency: 1,
    lengths: { uploads: 2000, views: 2000, background: 9 },
    maxWaitMs: 100_000,
    ...options,
  })
  const started: string[] = []
  const mayWait: string[] = []
  const ends = new Map<string, () => void>()
  const run = (name: string, share: string, wait: WaitOptions = {}) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    ends.set(name, resolve)
    const task = async (turn: Turn) => {
      started.push(name)
      if (turn.mayWait) mayWait.push(name)
      await promise
    }
    return queue.run(task, { ...wait, shares: new Set([share]) }).then(
      () => name,
      (error: { code: string }) => error.code,
    )
  }
  const end = async (name: string) => {
    ends.get(name)?.()
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
  }
  return { queue, run, end, started, mayWait }
}

describe('B307: callers', () => {
  test('have turns: hundreds of requests of one delay another by one task at most', async () => {
    const { run, end, started } = openQueue()
    for (let one = 0; one < 300; one += 1) void run(`a${one}`, 'a')
    void run('b0', 'b')
    void run('b1', 'b')
    void run('c0', 'c')
    for (const name of ['a0', 'b0', 'a1', 'c0', 'b1', 'a2']) {
      expect(started.at(-1)).toBe(name)
      await end(name)
    }
  })

  test('that have fewer tasks running come first', async () => {
    const { run, end, started } = openQueue({ concurrency: 3 })
    for (const name of ['a0', 'a1', 'b0']) void run(name, name.slice(0, 1))
    void run('a2', 'a')
    void run('c0', 'c')
    void run('b1', 'b')
    await end('a0')
    await end('b0')
    expect(started).toEqual(['a0', 'a1', 'b0', 'c0', 'a2'])
  })

  test('find a spare place if others use all the usual ones, and use only one of these', async () => {
    const { queue, run, end, started } = openQueue({ concurrency: 2, hasSpare: true })
    for (const name of ['a0', 'a1', 'a2']) void run(name, 'a')
    expect(started).toEqual(['a0', 'a1'])
    void run('b0', 'b')
    void run('b1', 'b')
    void run('c0', 'c')
    expect(started).toEqual(['a0', 'a1', 'b0'])
    await end('b0')
    expect(started).toEqual(['a0', 'a1', 'b0', 'c0'])
    await end('c0')
    expect(started.slice(4)).toEqual(['b1'])
    await end('a0')
    await end('a1')
    expect(started.slice(5)).toEqual(['a2'])
    expect(queue.load()).toMatchObject({ active: 2, queued: 0 })
  })

  test('S-03c: keep a place free beside others: the one with the most requests waits, the others do not', async () => {
    const { run, end, started } = openQueue({ concurrency: 2, hasSpare: true })
    void run('b0', 'b')
    await end('b0')
    for (const name of ['a0', 'a1', 'a2', 'a3']) void run(name, 'a')
    expect(started).toEqual(['b0', 'a0'])
    for (const name of ['b1', 'b2']) void run(name, 'b')
    expect(started.slice(2)).toEqual(['b1', 'b2'])
    for (const name of ['b1', 'b2', 'a0']) await end(name)
    expect(started.slice(4)).toEqual(['a1'])
  })

  test('S-03: whose requests are the most beside others may wait, and so does background work', async () => {
    const { queue, run, end, mayWait } = openQueue({ concurrency: 3, hasSpare: true })
    void run('a0', 'a')
    void run('a1', 'a')
    void run('b0', 'b')
    void run('a2', 'a')
    expect(mayWait).toEqual([])
    await end('a0')
    expect(mayWait).toEqual(['a2'])
    for (const name of ['a1', 'a2', 'b0']) await end(name)
    void run('b1', 'b')
    void run('a3', 'a')
    expect(mayWait).toEqual(['a2'])
    expect(await queue.run(async (turn) => turn.mayWait, { lane: 'background' })).toBe(true)
  })

  test('S-03: count what they have just abandoned: what follows may wait, and the others find places', async () => {
    const { run, end, started, mayWait } = openQueue({ concurrency: 2, hasSpare: true })
    void run('b0', 'b')
    await end('b0')
    void run('a0', 'a')
    const client = new AbortController()
    const abandoned = ['a1', 'a2', 'a3'].map((name) => run(name, 'a', { signal: client.signal }))
    client.abort({ code: 'ABORTED' })
    expect(await Promise.all(abandoned)).toEqual(['ABORTED', 'ABORTED', 'ABORTED'])
    await end('a0')
    void run('a4', 'a')
    for (const name of ['b1', 'b2']) void run(name, 'b')
    expect(started).toEqual(['b0', 'a0', 'a4', 'b1', 'b2'])
    expect(mayWait).toEqual(['a4'])
  })

  test('use every usual place again when the others have not sent anything for a while', async () => {
    const { run, end, started } = openQueue({ concurrency: 2, hasSpare: true, companyMs: 0 })
    void run('b0', 'b')
    await end('b0')
    for (const name of ['a0', 'a1', 'a2']) void run(name, 'a')
    expect(started).toEqual(['b0', 'a0', 'a1'])
  })

  test('do not fill each other’s room: the newest request of the caller with the most is refused', async () => {
    const { run, started, queue } = openQueue({ lengths: { uploads: 3, views: 2, background: 9 } })
    const [, ...greedy] = [0, 1, 2, 3].map((one) => run(`a${one}`, 'a'))
    expect(await run('a4', 'a')).toBe('OVERLOADED')
    void run('b0', 'b')
    expect(await greedy.at(-1)).toBe('OVERLOADED')
    void run('view', 'a', { lane: 'views' })
    expect(queue.load().waiting).toEqual({ uploads: 3, views: 1, background: 0 })
    expect(await run('b1', 'b')).toBe('OVERLOADED')
    expect(started).toEqual(['a0'])
  })

  test('that wait for the same task have it at the turn of whoever comes first', async () => {
    const { queue, run, end, started } = openQueue({ hasSpare: true })
    for (const name of ['a0', 'a1', 'a2']) void run(name, 'a', { lane: 'views', keys: [name] })
    queue.join('a2', 'b')
    expect(started).toEqual(['a0', 'a2'])
    await end('a0')
    await end('a2')
    expect(started).toEqual(['a0', 'a2', 'a1'])
  })
})

test('S-03b, B307: uploads and views of one caller have turns', async () => {
  const { run, end, started } = openQueue()
  for (const name of ['v0', 'v1', 'v2']) void run(name, 'a', { lane: 'views' })
  for (const name of ['u0', 'u1']) void run(name, 'a')
  for (const name of ['v0', 'v1', 'u0', 'v2']) await end(name)
  expect(started).toEqual(['v0', 'v1', 'u0', 'v2', 'u1'])
})

test('S-03d, B307: a request that has waited too long is refused with the time that the others will take', async () => {
  const { queue, run } = openQueue({ maxWaitMs: 1 })
  const running = run('running', 'a')
  const late = queue.run(async () => 'late')
  await expect(late).rejects.toMatchObject({ code: 'OVERLOADED', retryAfterSeconds: 1 })
  await expect(late).rejects.toThrow('No image decoder became free within 0.001 seconds')
  expect(queue.load()).toMatchObject({ active: 1, queued: 0 })
  void running
})

test('reports how long each task has waited, by lane', async () => {
  const waits: string[] = []
  const { queue } = openQueue({ onStart: (lane, waitedMs) => void waits.push(`${lane} ${waitedMs >= 0}`) })
  await queue.run(async () => undefined)
  await queue.run(async () => undefined, { lane: 'background' })
  expect(waits).toEqual(['uploads true', 'background true'])
})
