import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createObjectBody } from './object-body.ts'

/** A body of an answer that the test writes. */
function openBody(byteSize: number, silenceMs = 60_000) {
  const answer = new PassThrough()
  let released = 0
  const release = () => {
    released += 1
  }
  return {
    answer,
    body: createObjectBody(answer, { byteSize, silenceMs, release }),
    released: () => released,
  }
}

test('the bytes arrive, and the connection is released once', async () => {
  const { answer, body, released } = openBody(6)
  answer.write('abc')
  answer.end('def')
  expect(await buffer(body)).toEqual(Buffer.from('abcdef'))
  expect(body.destroyed).toBe(true)
  expect(released()).toBe(1)
})

test('a body without bytes ends', async () => {
  const { answer, body } = openBody(0)
  answer.end()
  expect(await buffer(body)).toHaveLength(0)
})

test.each([
  ['ends early', 'ab', 'STORAGE_UNAVAILABLE'],
  ['is too long', 'abcdef', 'INTERNAL'],
])('an answer that %s fails', async (_, text, code) => {
  const { answer, body, released } = openBody(4)
  answer.end(text)
  await expect(buffer(body)).rejects.toMatchObject({ code })
  expect(answer.destroyed).toBe(true)
  expect(released()).toBe(1)
})

test('an answer that is silent while its reader waits fails, and a reader may pause for as long as it likes', async () => {
  const { answer, body, released } = openBody(1_000_000, 5)
  answer.write(Buffer.alloc(200_000))
  body.read(1)
  await once(body, 'readable')
  await expect(buffer(body)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', message: /stopped/ })
  expect(released()).toBe(1)
})

test('an error of the connection is an unavailable storage', async () => {
  const { answer, body } = openBody(10)
  answer.destroy(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
  await expect(buffer(body)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
})

test('a body that is left frees the connection', async () => {
  const { answer, body, released } = openBody(10)
  answer.write('abc')
  body.destroy()
  await once(body, 'close')
  expect(answer.destroyed).toBe(true)
  expect(released()).toBe(1)
})

test('B201 a connection that breaks before its reader begins ends no process, and the reader is refused', async () => {
  const { answer, body, released } = openBody(10)
  answer.write('abc')
  answer.destroy(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
  // `once` of Node would listen for the error.
  await new Promise((resolve) => body.once('close', resolve))
  expect(released()).toBe(1)
  await expect(buffer(body)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
})
