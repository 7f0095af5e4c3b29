import { describe, expect, test } from 'vitest'
import { hashApiKey, makeApiKey, parseAdminKey, parseApiKey } from './api-key.ts'

describe('API keys', () => {
  test('have an id, a secret and check digits', () => {
    const { key, id, hash } = makeApiKey()
    expect(key).toMatch(/^ttk_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/)
    expect(parseApiKey(key)).toEqual({ id })
    expect(hash).toBe(hashApiKey(key).toString('hex'))
    expect(makeApiKey().key).not.toBe(key)
  })

  test('B223: what is kept is a digest of 32 bytes, from which the key cannot be read', () => {
    const { key, hash } = makeApiKey()
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(hashApiKey(key)).toHaveLength(32)
  })

  test('have the check digits that every key before them had', () => {
    const body = `ttk_000000000000_${'0'.repeat(43)}`
    expect(parseApiKey(`${body}2aTIvA`)).toEqual({ id: '000000000000' })
    expect(parseApiKey(`${body}000000`)).toBeUndefined()
  })

  test.each([
    '',
    'ttk_',
    'ttk_abc',
    `TTK_${'a'.repeat(62)}`,
    ` ${makeApiKey().key}`,
    `${makeApiKey().key}\n`,
  ])('%j is none', (text) => {
    expect(parseApiKey(text)).toBeUndefined()
  })
})

describe('the admin key', () => {
  test('is an API key, or long enough', () => {
    const { key, hash } = makeApiKey()
    expect(parseAdminKey(key).toString('hex')).toBe(hash)
    expect(parseAdminKey('!'.repeat(32))).toEqual(hashApiKey('!'.repeat(32)))
  })

  test.each([
    '',
    'x'.repeat(31),
    `${'x'.repeat(32)} x`,
    'ü'.repeat(40),
    `ttk_${'x'.repeat(40)}`,
    `eyJ${'x'.repeat(40)}`,
    `ttu.${'x'.repeat(40)}`,
  ])('B230: %j is refused without being repeated', (text) => {
    expect(() => parseAdminKey(text)).toThrow(/^expected an API key \(ttk_…\) or 32 to 1000 visible ASCII/)
  })
})
