import { describe, expect, test } from 'vitest'
import { isLoopbackAddress, isLoopbackHost, parseHost } from './host.ts'

describe('parseHost', () => {
  test.each([
    ['localhost', 'localhost', false],
    ['LOCALHOST:3000', 'localhost', false],
    ['localhost.', 'localhost', false],
    ['127.0.0.1:80', '127.0.0.1', true],
    ['[::1]:3000', '::1', true],
    ['[::1]', '::1', true],
    ['photos.example.com', 'photos.example.com', false],
    ['my_host:', 'my_host', false],
  ])('%s', (header, name, isAddress) => {
    expect(parseHost(header)).toEqual({ name, isAddress, authority: header.toLowerCase() })
  })

  test.each([
    undefined,
    '',
    '.',
    ':3000',
    'localhost@evil.example',
    'user:secret@localhost',
    'localhost/x',
    'localhost?x',
    'localhost#x',
    'localhost\\x',
    'localhost, evil.example',
    'local host',
    '::1',
    '[::1',
    '[localhost]',
    '[::1]x',
    'localhost:port',
    'localhost:123456',
    'löcalhost',
    'a'.repeat(300),
  ])('B281: %s is no host', (header) => {
    expect(parseHost(header)).toBeUndefined()
  })
})

test.each([
  ['127.0.0.1', true],
  ['127.255.255.254', true],
  ['::1', true],
  ['0:0:0:0:0:0:0:1', true],
  ['::ffff:127.0.0.1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['128.0.0.1', false],
  ['192.168.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['localhost', false],
  ['127.1', false],
])('%s is a loopback address: %s', (address, expected) => {
  expect(isLoopbackAddress(address)).toBe(expected)
})

test.each([
  ['localhost', true],
  ['app.localhost', true],
  ['127.0.0.1', true],
  ['::1', true],
  ['localhost.evil.example', false],
  ['evillocalhost', false],
  ['127.0.0.1.evil.example', false],
])('%s resolves to this machine: %s', (name, expected) => {
  expect(isLoopbackHost(name)).toBe(expected)
})
