import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { writeStream } from './write-stream.ts'

const chunksOf = (...texts: string[]) => texts.map((text) => Buffer.from(text))

test('chunks that waited for room are written as they are, and not as one copy', async () => {
  const bytes = new Readable({ read() {} })
  const chunks = chunksOf('one', 'two', 'three')
  const room = Promise.withResolvers<void>()
  const written: Uint8Array[] = []
  const writing = writeStream(bytes, (chunk) => {
    written.push(chunk)
    return written.length === 1 ? room.promise : undefined
  })
  for (const chunk of [...chunks, null]) bytes.push(chunk)
  await new Promise(setImmediate)
  expect(written).toEqual(chunks.slice(0, 1))
  room.resolve()
  await writing
  expect(written).toEqual(chunks)
  for (const [at, chunk] of written.entries()) expect(chunk).toBe(chunks[at])
})

test('a chunk that is refused closes the stream, and none is written after it', async () => {
  const bytes = Readable.from(chunksOf('one', 'two', 'three'), { objectMode: false })
  const refusal = new Error('refused')
  const written: string[] = []
  const writing = writeStream(bytes, (chunk) => {
    written.push(String(chunk))
    return written.length === 2 ? Promise.reject(refusal) : undefined
  })
  await expect(writing).rejects.toBe(refusal)
  expect(bytes.destroyed).toBe(true)
  await new Promise(setImmediate)
  expect(written).toEqual(['one', 'two'])
})

test('the last chunk is waited for, although the stream ends before', async () => {
  const bytes = new Readable({ read() {} })
  const refusal = new Error('refused')
  const room = Promise.withResolvers<void>()
  const writing = writeStream(bytes, () => room.promise)
  bytes.push('one')
  bytes.push(null)
  await new Promise<void>((resolve) => bytes.once('end', resolve))
  room.reject(refusal)
  await expect(writing).rejects.toBe(refusal)
})

test.each([
  ['its error', new Error('broken off'), 'broken off'],
  ['an error if it is closed early', undefined, 'Premature close'],
])('a stream that breaks off rejects with %s', async (_, cause, message) => {
  const bytes = new Readable({ read() {} })
  const writing = writeStream(bytes, () => undefined)
  bytes.push('one')
  bytes.destroy(cause)
  await expect(writing).rejects.toThrow(message)
})

test('a stream that a listener of readable has stopped is read', async () => {
  const bytes = new Readable({ read() {} })
  const written: string[] = []
  const writing = new Promise<void>((resolve, reject) => {
    bytes.once('readable', () => {
      writeStream(bytes, (chunk) => void written.push(String(chunk))).then(resolve, reject)
    })
  })
  for (const chunk of ['one', 'two', null]) bytes.push(chunk)
  await writing
  expect(written.join()).toBe('one,two')
})
