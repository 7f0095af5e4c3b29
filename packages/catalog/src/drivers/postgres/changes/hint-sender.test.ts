import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createHintSender } from './hint-sender.ts'

const intervalMs = 60_000

/** A sender, and what it has sent. Its interval ends only when it is disposed. */
function setUp(send: () => Promise<void> = async () => undefined) {
  const sent: (readonly [string, readonly string[] | undefined])[] = []
  const sender = createHintSender({
    send(channel, subjects) {
      sent.push([channel, subjects])
      return send()
    },
    intervalMs,
    maxSubjects: 3,
  })
  return { sender, sent }
}

test('the first hint is sent at once, later ones in one message, and the last ones when it is closed', async () => {
  const { sender, sent } = setUp()
  sender.add('photos', 'a')
  expect(sent).toStrictEqual([['photos', ['a']]])
  sender.add('photos', 'b')
  sender.add('photos', 'c')
  sender.add('photos', 'b')
  await nextTurn()
  expect(sent).toHaveLength(1)
  await sender[Symbol.asyncDispose]()
  expect(sent).toStrictEqual([
    ['photos', ['a']],
    ['photos', ['b', 'c']],
  ])
})

test('channels do not wait for each other, and a channel may name nothing', async () => {
  const { sender, sent } = setUp()
  sender.add('photos', 'a')
  sender.add('events', undefined)
  expect(sent).toStrictEqual([
    ['photos', ['a']],
    ['events', []],
  ])
  await sender[Symbol.asyncDispose]()
})

test('too many for a message become a message that names none', async () => {
  const { sender, sent } = setUp()
  sender.add('photos', 'a')
  for (const id of ['b', 'c', 'd', 'e', 'f']) sender.add('photos', id)
  await sender[Symbol.asyncDispose]()
  expect(sent.at(-1)).toStrictEqual(['photos', undefined])
})

test('a message that cannot be sent is lost, and the next one is sent', async () => {
  const { sender, sent } = setUp(() => Promise.reject(new Error('the server is away')))
  sender.add('photos', 'a')
  sender.add('photos', 'b')
  await sender[Symbol.asyncDispose]()
  expect(sent).toHaveLength(2)
})
