import {
  array,
  assert,
  constantFrom,
  domain,
  ipV4,
  ipV6,
  nat,
  oneof,
  option,
  property,
  string,
} from 'fast-check'
import { expect, test } from 'vitest'
import { isLoopbackHost, parseHost } from './host.ts'

const port = option(nat(65_535), { nil: undefined }).map((number) =>
  number === undefined ? '' : `:${number}`,
)

test('B281 a name or an address is read without its port', async () => {
  await assert(
    property(oneof(domain(), ipV4()), port, (host, suffix) => {
      const parsed = parseHost(host.toUpperCase() + suffix)
      expect(parsed).toMatchObject({ name: host.toLowerCase(), authority: host.toLowerCase() + suffix })
    }),
  )
  await assert(
    property(ipV6(), port, (host, suffix) => {
      const name = host.toLowerCase()
      expect(parseHost(`[${host}]${suffix}`)).toEqual({
        name,
        authority: `[${name}]${suffix}`,
        isAddress: true,
      })
    }),
  )
})

test('B281 a browser reads every accepted header as the same host', async () => {
  const pieces = [
    'localhost',
    '.',
    '127.0.0.1',
    '[::1]',
    ':',
    '80',
    '@',
    '/',
    '\\',
    '?',
    '#',
    ',',
    ' ',
    '%',
    '[',
    ']',
  ]
  const header = array(oneof(constantFrom(...pieces), string({ maxLength: 3 })), { maxLength: 6 })
  await assert(
    property(header, (sent) => {
      const text = sent.join('')
      const parsed = parseHost(text)
      if (parsed === undefined) return
      expect(parsed.authority).toBe(text.toLowerCase())
      expect(parsed.name).toMatch(/^[a-z0-9._:-]+$/)
      const url = URL.parse(`http://${parsed.authority}/`)
      if (!isLoopbackHost(parsed.name) || url === null) return
      expect(isLoopbackHost(url.hostname.replace(/^\[|\]$|\.$/g, ''))).toBe(true)
    }),
  )
})
