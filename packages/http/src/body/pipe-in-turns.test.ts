import { PassThrough, Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { pipeInTurns } from './pipe-in-turns.ts'

/** A body, what is written of it, and the turns that it waits for. */
function openPipe({ highWaterMark = 1024 } = {}) {
  const body = new PassThrough()
  const turns: (() => void)[] = []
  const written: string[] = []
  let takeNext: (() => void) | undefined
  const to = new Writable({
    highWaterMark,
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString())
      if (highWaterMark > 1) done()
      else takeNext = done
    },
  })
  const endPipe = pipeInTurns(body, to, (task) => turns.push(task))
  return {
    body,
    to,
    turns,
    written,
    endPipe,
    /** Lets the caller have its turn, and waits until the streams have noticed. */
    async takeTurn() {
      turns.shift()?.()
      await settle()
    },
    async makeRoom() {
      takeNext?.()
      await settle()
    },
  }
}

/** Streams emit their events after the current turn. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('a body', () => {
  test('is read when its caller has a turn, one for all that has arrived', async () => {
    const { body, turns, written, takeTurn } = openPipe()
    body.write('one')
    await settle()
    body.write('two')
    await settle()
    expect([turns.length, written]).toEqual([1, []])
    await takeTurn()
    expect([turns.length, written.join('')]).toEqual([0, 'onetwo'])
    body.write('three')
    await settle()
    expect(turns.length).toBe(1)
    await takeTurn()
    expect(written.join('')).toBe('onetwothree')
  })

  test('ends the writer with its end', async () => {
    const { body, to, takeTurn } = openPipe()
    body.end('all')
    await settle()
    expect(to.writableEnded).toBe(false)
    await takeTurn()
    expect(to.writableEnded).toBe(true)
  })

  test('asks for no turn while the writer is full', async () => {
    const { body, turns, written, takeTurn, makeRoom } = openPipe({ highWaterMark: 1 })
    body.write('one')
    await settle()
    await takeTurn()
    body.write('two')
    await settle()
    expect([turns.length, written]).toEqual([0, ['one']])
    await makeRoom()
    expect(turns.length).toBe(1)
    await takeTurn()
    expect(written).toEqual(['one', 'two'])
  })

  test('is not read after the pipe was ended, though its turn comes', async () => {
    const { body, to, written, endPipe, takeTurn } = openPipe()
    body.end('one')
    await settle()
    endPipe()
    await takeTurn()
    expect([written, to.writableEnded, body.listenerCount('readable')]).toEqual([[], false, 0])
  })

  test('stays unread after the pipe was ended, also if something counts its bytes', async () => {
    const { body, endPipe, takeTurn } = openPipe()
    const counted: string[] = []
    body.on('data', (chunk: Buffer) => counted.push(chunk.toString()))
    body.write('one')
    await settle()
    await takeTurn()
    endPipe()
    body.write('two')
    await settle()
    expect([counted, body.readableLength]).toEqual([['one'], 3])
  })

  test('is not written to a writer that was destroyed', async () => {
    const { body, to, written, takeTurn } = openPipe()
    body.write('one')
    await settle()
    to.destroy()
    await takeTurn()
    expect(written).toEqual([])
  })
})
