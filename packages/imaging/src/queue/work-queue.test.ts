import { describe, expect, test } from 'vitest'
import { createWorkQueue } from './work-queue.ts'

/** A task that runs until the test ends it. */
function pendingTask(name: string, log: string[] = []) {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const task = () => {
    log.push(name)
    return promise
  }
  return { task, end: () => resolve(name), fail: (error: Error) => reject(error) }
}

const lengths = (length: number, background = 9) => ({ uploads: length, views: length, background })
const options = { maxWaitMs: 100_000 }
const inLanes = (uploads: number, views = 0, background = 0) => ({ uploads, views, background })

describe('createWorkQueue', () => {
  test('runs as many tasks as allowed; the others wait in order', async () => {
    const log: string[] = []
    const queue = createWorkQueue({ ...options, concurrency: 2, lengths: lengths(2) })
    const tasks = ['a', 'b', 'c', 'd'].map((name) => pendingTask(name, log))
    const results = tasks.map(({ task }) => queue.run(task))
    expect(log).toEqual(['a', 'b'])
    expect(queue.load()).toMatchObject({ active: 2, queued: 2, waiting: inLanes(2) })
    tasks[1]?.end()
    await results[1]
    await Promise.resolve()
    expect(log).toEqual(['a', 'b', 'c'])
    for (const { end } of tasks) end()
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd'])
    expect(log).toEqual(['a', 'b', 'c', 'd'])
    expect(queue.load()).toMatchObject({ active: 0, queued: 0, waiting: inLanes(0) })
  })

  test('B084 B307 refuses the first request beyond the queue with OVERLOADED and a time to retry after', async () => {
    const queue = createWorkQueue({ ...options, concurrency: 1, lengths: lengths(1) })
    const [first, second] = [pendingTask('first'), pendingTask('second')]
    const running = queue.run(first.task)
    const waiting = queue.run(second.task)
    await expect(queue.run(async () => 'third')).rejects.toMatchObject({
      code: 'OVERLOADED',
      retryAfterSeconds: 1,
    })
    first.end()
    second.end()
    expect(await Promise.all([running, waiting])).toEqual(['first', 'second'])
  })

  test('a queue of length 0 refuses a request that cannot start at once', async () => {
    const queue = createWorkQueue({ ...options, concurrency: 1, lengths: lengths(0) })
    const { task, end } = pendingTask('only')
    const running = queue.run(task)
    await expect(queue.run(async () => 'other')).rejects.toMatchObject({ code: 'OVERLOADED' })
    end()
    await running
    await expect(queue.run(async () => 'next')).resolves.toBe('next')
  })

  test('after a task that fails the next one starts', async () => {
    const queue = createWorkQueue({ ...options, concurrency: 1, lengths: lengths(1) })
    const { task, fail } = pendingTask('failing')
    const failing = queue.run(task)
    const next = queue.run(async () => 'next')
    fail(new Error('broken'))
    await expect(failing).rejects.toThrow('broken')
    await expect(next).resolves.toBe('next')
  })

  test('aborting removes a waiting task from the queue; a running one runs to its end', async () => {
    const log: string[] = []
    const queue = createWorkQueue({ ...options, concurrency: 1, lengths: lengths(1) })
    const abort = new AbortController()
    const { task, end } = pendingTask('running', log)
    const running = queue.run(task, { signal: abort.signal })
    const waiting = queue.run(async () => log.push('waiting'), { signal: abort.signal })
    const reason = new Error('the caller left')
    abort.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    expect(queue.load()).toMatchObject({ active: 1, queued: 0, waiting: inLanes(0) })
    end()
    await expect(running).resolves.toBe('running')
    expect(log).toEqual(['running'])
  })

  test('a task whose signal was aborted before is not started', async () => {
    const queue = createWorkQueue({ ...options, concurrency: 1, lengths: lengths(1) })
    const started: string[] = []
    const reason = new Error('the caller left')
    const run = queue.run(async () => started.push('x'), { signal: AbortSignal.abort(reason) })
    await expect(run).rejects.toBe(reason)
    expect(started).toEqual([])
    expect(queue.load()).toMatchObject({ active: 0, queued: 0, waiting: inLanes(0) })
  })

  test('an abort after the task ended changes nothing', async () => {
    const queue = createWorkQueue({ ...options, concurrency: 1, lengths: lengths(2) })
    const abort = new AbortController()
    const { task, end } = pendingTask('first')
    const first = queue.run(task)
    const second = queue.run(async () => 'second', { signal: abort.signal })
    end()
    expect(await Promise.all([first, second])).toEqual(['first', 'second'])
    abort.abort()
    await expect(queue.run(async () => 'third')).resolves.toBe('third')
  })

  test('disposing refuses waiting and new tasks, and waits for running ones', async () => {
    const queue = createWorkQueue({ ...options, concurrency: 1, lengths: lengths(1) })
    const { task, end } = pendingTask('running')
    const running = queue.run(task)
    const waiting = queue.run(async () => 'waiting')
    let isDisposed = false
    const disposal = queue[Symbol.asyncDispose]().then(() => {
      isDisposed = true
    })
    await expect(waiting).rejects.toMatchObject({ code: 'OVERLOADED' })
    await expect(queue.run(async () => 'late')).rejects.toMatchObject({ code: 'OVERLOADED' })
    expect(isDisposed).toBe(false)
    end()
    await expect(running).resolves.toBe('running')
    await disposal
    await queue[Symbol.asyncDispose]()
  })

  describe('background tasks', () => {
    const backgroundTask = (key: string) => ({ lane: 'background', keys: [`${key}.avif`, key] }) as const

    test('start in order, and only when no request waits', async () => {
      const log: string[] = []
      const queue = createWorkQueue({ ...options, concurrency: 1, lengths: lengths(9) })
      const first = pendingTask('first')
      const note = (name: string) => async () => void log.push(name)
      const results = [
        queue.run(first.task),
        queue.run(note('a'), backgroundTask('a')),
        queue.run(note('b'), backgroundTask('b')),
        queue.run(note('request')),
      ]
      expect(queue.load()).toMatchObject({ active: 1, queued: 3, waiting: inLanes(1, 0, 2) })
      first.end()
      await Promise.all(results)
      expect(log).toEqual(['request', 'a', 'b'])
    })

    test('that a request waits for become requests, and their own signal does not remove them any more', async () => {
      const log: string[] = []
      const queue = createWorkQueue({ ...options, concurrency: 1, lengths: lengths(9) })
      const first = pendingTask('first')
      const abort = new AbortController()
      const note = (name: string) => async () => void log.push(name)
      const results = [
        queue.run(first.task),
        queue.run(note('a'), backgroundTask('a')),
        queue.run(note('b'), { ...backgroundTask('b'), signal: abort.signal }),
      ]
      queue.join('b', '')
      queue.join('unknown', '')
      results.push(queue.run(note('later request')))
      abort.abort()
      first.end()
      await Promise.all(results)
      expect(log).toEqual(['b', 'later request', 'a'])
    })

    test('B307 do not displace requests, nor do requests displace them; the oldest is dropped for a newer one', async () => {
      const queue = createWorkQueue({ ...options, concurrency: 1, lengths: lengths(1, 2) })
      const first = pendingTask('first')
      const running = queue.run(first.task)
      const outcomes = ['a', 'b', 'c'].map((key) => queue.run(async () => key, backgroundTask(key)))
      const request = queue.run(async () => 'request', { lane: 'views' })
      await expect(outcomes[0]).rejects.toMatchObject({ code: 'ABORTED' })
      const tooMany = queue.run(async () => 'too many', { lane: 'views' })
      await expect(tooMany).rejects.toMatchObject({ code: 'OVERLOADED' })
      expect(() => queue.join('b', '')).toThrow(expect.objectContaining({ code: 'OVERLOADED' }))
      first.end()
      expect(await Promise.all([running, request, outcomes[1], outcomes[2]])).toEqual([
        'first',
        'request',
        'b',
        'c',
      ])
    })

    test('that wait are refused when the queue is disposed', async () => {
      const queue = createWorkQueue({ ...options, concurrency: 1, lengths: lengths(1) })
      const first = pendingTask('first')
      const running = queue.run(first.task)
      const waiting = queue.run(async () => 'waiting', backgroundTask('a'))
      const disposal = queue[Symbol.asyncDispose]()
      await expect(waiting).rejects.toMatchObject({ code: 'OVERLOADED' })
      first.end()
      await Promise.all([running, disposal])
    })
  })
})
