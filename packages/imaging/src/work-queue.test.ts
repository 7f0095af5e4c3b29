import { describe, expect, test } from 'vitest'
import { createGate } from './work-queue.ts'

/** A task that runs until it is told to end. */
function pendingTask(name: string, log: string[] = []) {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const task = () => {
    log.push(name)
    return promise
  }
  return { task, end: () => resolve(name), fail: (error: Error) => reject(error) }
}

describe('createGate', () => {
  test('runs as many as it may and lets the others wait in order', async () => {
    const log: string[] = []
    const gate = createGate({ concurrency: 2, queueLength: 2 })
    const tasks = ['a', 'b', 'c', 'd'].map((name) => pendingTask(name, log))
    const results = tasks.map(({ task }) => gate.run(task))
    expect(log).toEqual(['a', 'b'])
    expect(gate.load()).toEqual({ active: 2, queued: 2 })
    tasks[1]?.end()
    await results[1]
    await Promise.resolve()
    expect(log).toEqual(['a', 'b', 'c'])
    for (const { end } of tasks) end()
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd'])
    expect(log).toEqual(['a', 'b', 'c', 'd'])
    expect(gate.load()).toEqual({ active: 0, queued: 0 })
  })

  test('B084 B307 refuses the first beyond the queue with OVERLOADED and a time to come back', async () => {
    const gate = createGate({ concurrency: 1, queueLength: 1 })
    const [first, second] = [pendingTask('first'), pendingTask('second')]
    const running = gate.run(first.task)
    const waiting = gate.run(second.task)
    await expect(gate.run(async () => 'third')).rejects.toMatchObject({
      code: 'OVERLOADED',
      retryAfterSeconds: 1,
    })
    first.end()
    second.end()
    expect(await Promise.all([running, waiting])).toEqual(['first', 'second'])
  })

  test('a queue of length 0 refuses what cannot start at once', async () => {
    const gate = createGate({ concurrency: 1, queueLength: 0 })
    const { task, end } = pendingTask('only')
    const running = gate.run(task)
    await expect(gate.run(async () => 'other')).rejects.toMatchObject({ code: 'OVERLOADED' })
    end()
    await running
    await expect(gate.run(async () => 'next')).resolves.toBe('next')
  })

  test('a task that fails gives its place to the next', async () => {
    const gate = createGate({ concurrency: 1, queueLength: 1 })
    const { task, fail } = pendingTask('failing')
    const failing = gate.run(task)
    const next = gate.run(async () => 'next')
    fail(new Error('broken'))
    await expect(failing).rejects.toThrow('broken')
    await expect(next).resolves.toBe('next')
  })

  test('aborting takes a waiting task out of the queue and leaves a running one alone', async () => {
    const log: string[] = []
    const gate = createGate({ concurrency: 1, queueLength: 1 })
    const abort = new AbortController()
    const { task, end } = pendingTask('running', log)
    const running = gate.run(task, { signal: abort.signal })
    const waiting = gate.run(async () => log.push('waiting'), { signal: abort.signal })
    const reason = new Error('the caller left')
    abort.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    expect(gate.load()).toEqual({ active: 1, queued: 0 })
    end()
    await expect(running).resolves.toBe('running')
    expect(log).toEqual(['running'])
  })

  test('a signal that was aborted before starts nothing', async () => {
    const gate = createGate({ concurrency: 1, queueLength: 1 })
    const started: string[] = []
    const reason = new Error('the caller left')
    const run = gate.run(async () => started.push('x'), { signal: AbortSignal.abort(reason) })
    await expect(run).rejects.toBe(reason)
    expect(started).toEqual([])
    expect(gate.load()).toEqual({ active: 0, queued: 0 })
  })

  test('an abort after the task ended changes nothing', async () => {
    const gate = createGate({ concurrency: 1, queueLength: 2 })
    const abort = new AbortController()
    const { task, end } = pendingTask('first')
    const first = gate.run(task)
    const second = gate.run(async () => 'second', { signal: abort.signal })
    end()
    expect(await Promise.all([first, second])).toEqual(['first', 'second'])
    abort.abort()
    await expect(gate.run(async () => 'third')).resolves.toBe('third')
  })

  test('disposing refuses what waits and what comes, and waits for what runs', async () => {
    const gate = createGate({ concurrency: 1, queueLength: 1 })
    const { task, end } = pendingTask('running')
    const running = gate.run(task)
    const waiting = gate.run(async () => 'waiting')
    let isDisposed = false
    const disposal = gate[Symbol.asyncDispose]().then(() => {
      isDisposed = true
    })
    await expect(waiting).rejects.toMatchObject({ code: 'OVERLOADED' })
    await expect(gate.run(async () => 'late')).rejects.toMatchObject({ code: 'OVERLOADED' })
    expect(isDisposed).toBe(false)
    end()
    await expect(running).resolves.toBe('running')
    await disposal
    await gate[Symbol.asyncDispose]()
  })

  test('a patient task lets those go first that came later, until it no longer is', async () => {
    const log: string[] = []
    const gate = createGate({ concurrency: 1, queueLength: 9 })
    const first = pendingTask('first')
    let isPatient = true
    const note = (name: string) => async () => void log.push(name)
    const results = [
      gate.run(first.task),
      gate.run(note('patient'), { isPatient: () => true }),
      gate.run(note('hurried'), { isPatient: () => isPatient }),
      gate.run(note('later')),
    ]
    isPatient = false
    first.end()
    await Promise.all(results)
    expect(log).toEqual(['hurried', 'later', 'patient'])
  })

  test('a task that is not ready keeps no place from others, and starts when the end of one makes it ready', async () => {
    const log: string[] = []
    const gate = createGate({ concurrency: 2, queueLength: 9 })
    const [needed, other] = [pendingTask('needed', log), pendingTask('other', log)]
    let isReady = false
    const running = gate.run(async () => {
      await needed.task()
      isReady = true
    })
    const waiting = gate.run(async () => void log.push('behind it'), { isReady: () => isReady })
    const beside = gate.run(other.task)
    other.end()
    await beside
    expect(gate.load()).toEqual({ active: 1, queued: 1 })
    needed.end()
    await Promise.all([running, waiting])
    expect(log).toEqual(['needed', 'other', 'behind it'])
    expect(gate.load()).toEqual({ active: 0, queued: 0 })
  })
  test('what is patient starts when nothing holds it back any more, and everything else does meanwhile', async () => {
    const log: string[] = []
    const gate = createGate({ concurrency: 2, queueLength: 9 })
    const note = (name: string) => async () => void log.push(name)
    const [one, other] = [gate.holdBack(), gate.holdBack()]
    const patient = ['a', 'b', 'c'].map((name) => gate.run(note(name), { isPatient: () => true }))
    await gate.run(note('impatient'))
    one[Symbol.dispose]()
    one[Symbol.dispose]()
    await gate.run(note('another'))
    expect(log).toEqual(['impatient', 'another'])
    expect(gate.load()).toEqual({ active: 0, queued: 3 })
    other[Symbol.dispose]()
    await Promise.all(patient)
    expect(log).toEqual(['impatient', 'another', 'a', 'b', 'c'])
    expect(gate.load()).toEqual({ active: 0, queued: 0 })
  })

  test('of two that need the same thing one starts at a time, also where both have room', async () => {
    const gate = createGate({ concurrency: 2, queueLength: 9 })
    let users = 0
    const most: number[] = []
    const use = async () => {
      users += 1
      most.push(users)
      await Promise.resolve()
      users -= 1
    }
    const hold = gate.holdBack()
    const isReady = () => users === 0
    const all = [1, 2, 3].map(() => gate.run(use, { isReady, isPatient: () => true }))
    hold[Symbol.dispose]()
    await Promise.all(all)
    expect(most).toEqual([1, 1, 1])
  })

  test('what is held back starts where it is no longer patient', async () => {
    const gate = createGate({ concurrency: 1, queueLength: 9 })
    using _held = gate.holdBack()
    let isPatient = true
    const asked = gate.run(async () => 'asked for', { isPatient: () => isPatient })
    const nobody = gate.run(async () => 'not asked for', { isPatient: () => true })
    nobody.catch(() => {}) // is refused when the gate ends
    isPatient = false
    gate.reconsider()
    expect(await asked).toBe('asked for')
    expect(gate.load()).toEqual({ active: 0, queued: 1 })
    await gate[Symbol.asyncDispose]()
    await expect(nobody).rejects.toMatchObject({ code: 'OVERLOADED' })
  })
})
