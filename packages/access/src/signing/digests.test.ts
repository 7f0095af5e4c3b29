import { expect, test } from 'vitest'
import { digestOf, equalDigests, parseDigest } from './digests.ts'

const text = digestOf('x').toString('base64url')

test('B223: only digests of 32 bytes are compared', () => {
  expect(equalDigests(digestOf('x'), digestOf('x'))).toBe(true)
  expect(equalDigests(digestOf('x'), digestOf('y'))).toBe(false)
  for (const byteSize of [0, 31, 33])
    expect(() => equalDigests(Buffer.alloc(byteSize), Buffer.alloc(byteSize))).toThrow(RangeError)
})

test('B215: a digest can be written in one way only', () => {
  expect(parseDigest(text)).toEqual(digestOf('x'))
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = [...alphabet].filter((letter) => parseDigest(text.slice(0, -1) + letter) !== undefined)
  expect(last).toHaveLength(16)
  for (const wrong of [
    '',
    text.slice(1),
    `${text}A`,
    `${text}=`,
    `${text.slice(0, -1)}+`,
    ` ${text}`,
    `${text}\n`,
  ])
    expect(parseDigest(wrong)).toBeUndefined()
})
