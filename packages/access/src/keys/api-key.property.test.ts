import { assert, constantFrom, nat, property } from 'fast-check'
import { expect, test } from 'vitest'
import { makeApiKey, parseApiKey } from './api-key.ts'

const { key } = makeApiKey()

test('B215: no one-character change of an API key has the right check digits', async () => {
  const letter = constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_ .-')
  await assert(
    property(nat(key.length - 1), letter, (at, replacement) => {
      const changed = key.slice(0, at) + replacement + key.slice(at + 1)
      if (changed !== key) expect(parseApiKey(changed)).toBeUndefined()
    }),
  )
})
