import { expect, test } from 'vitest'
import { createTurns, runPieces } from './turns.ts'

const limits = { places: 1, waitingEach: 3, waitingAll: 5, timeLimitMs: 60_000 }

/** Work of some pieces, each of which writes its name. */
function* write(name: string, pieces: number, order: string[]): Generator<void, string> {
  for (let piece = 1; piece < pieces; piece += 1) {
    order.push(name)
    yield
  }
  order.push(name)
  return name
}

test('S-01, B310 a query of another share has its turn after one piece, however many queries the first one has', async () => {
  const turns = createTurns(limits)
  const order: string[] = []
  const run = (name: string, pieces: number, share: string) =>
    turns.run((pause) => runPieces(write(name, pieces, order), pause), { share })
  const long = ['a1', 'a2', 'a3'].map((name) => run(name, 5, 'a'))
  expect(await run('b1', 2, 'b')).toBe('b1')
  expect(order).toEqual(['a1', 'b1', 'a1', 'b1'])
  expect(await Promise.all(long)).toEqual(['a1', 'a2', 'a3'])
  expect(order.filter((name) => name !== 'b1')).toEqual(
    ['a1', 'a2', 'a3'].flatMap((name) => Array.from({ length: 5 }, () => name)),
  )
})

test('B310 one share and all shares may have a number of queries waiting; one more is refused', async () => {
  const turns = createTurns(limits)
  const { promise: open, resolve } = Promise.withResolvers<void>()
  const hold = (share: string) => turns.run(() => open, { share })
  const held = ['a', 'a', 'a', 'a'].map(hold)
  const refusal = { code: 'OVERLOADED', retryAfterSeconds: 1 }
  await expect(hold('a')).rejects.toMatchObject({ ...refusal, facts: { limit: 3 } })
  held.push(hold('b'), hold('c'))
  await expect(hold('d')).rejects.toMatchObject({ ...refusal, facts: { limit: 5 } })
  resolve()
  await Promise.all(held)
  await hold('d')
})

test('a query whose client leaves does not begin, and one that has begun ends at its next pause', async () => {
  const turns = createTurns(limits)
  const leaving = new AbortController()
  const left = new Error('left')
  const order: string[] = []
  const run = (name: string, signal?: AbortSignal) =>
    turns.run((pause) => runPieces(write(name, 3, order), pause), { share: name, signal })
  function* leave(): Generator<void, void> {
    yield
    leaving.abort(left)
    yield
  }
  const begins = turns.run((pause) => runPieces(leave(), pause), { share: 'begun', signal: leaving.signal })
  const waits = run('waits', leaving.signal)
  const stays = run('stays')
  const rejection = { status: 'rejected', reason: left }
  expect(await Promise.allSettled([begins, waits])).toEqual([rejection, rejection])
  await expect(run('late', leaving.signal)).rejects.toBe(left)
  expect(await stays).toBe('stays')
  expect(order).toEqual(['waits', 'stays', 'stays', 'stays'])
})

test('B310 a query that works too long is ended with what helps, and the next one has its turn', async () => {
  const turns = createTurns({ ...limits, timeLimitMs: 0 })
  const endless = turns.run(async (pause) => {
    for (;;) await pause()
  })
  await expect(endless).rejects.toMatchObject({
    code: 'OVERLOADED',
    retryable: true,
    message: expect.stringContaining('longer or rarer text'),
  })
  expect(await turns.run(async () => 'done')).toBe('done')
})

test('the time limit counts the clock that it is given, such as processor time', async () => {
  let usedMs = 0
  const turns = createTurns({ ...limits, timeLimitMs: 20, nowMs: () => usedMs })
  function* work(pieceMs: number): Generator<void, string> {
    for (let piece = 0; piece < 4; piece += 1) {
      usedMs += pieceMs
      yield
    }
    return 'done'
  }
  expect(await turns.run((pause) => runPieces(work(4), pause))).toBe('done')
  await expect(turns.run((pause) => runPieces(work(10), pause))).rejects.toMatchObject({ code: 'OVERLOADED' })
})
