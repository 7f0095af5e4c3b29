import { describe, expect, test } from 'vitest'
import { clientAddressOf, parseTrustedProxies } from './client-address.ts'

const noProxies = parseTrustedProxies('')
const proxies = parseTrustedProxies('10.0.0.0/8, 192.0.2.1, fd00::/8 ,')

describe('B228: the address of a client', () => {
  test.each([
    ['of the connection', '203.0.113.9', [], '203.0.113.9'],
    ['of the connection, if it is not trusted', '203.0.113.9', ['198.51.100.1'], '203.0.113.9'],
    ['that a proxy saw', '10.1.2.3', ['198.51.100.1'], '198.51.100.1'],
    ['that the last of several proxies saw', '192.0.2.1', ['198.51.100.1, 10.0.0.7'], '198.51.100.1'],
    ['and not what the client wrote before', '10.1.2.3', ['1.1.1.1, 10.0.0.9, 198.51.100.1'], '198.51.100.1'],
    ['over several headers', '10.1.2.3', ['1.1.1.1, 198.51.100.1', '10.0.0.7'], '198.51.100.1'],
    ['with a port', '10.1.2.3', ['198.51.100.1:4711'], '198.51.100.1'],
    ['in brackets', '10.1.2.3', ['[2001:DB8::1]:443'], '2001:db8::1'],
    ['of a client in the trusted network', '10.1.2.3', ['10.9.9.9'], '10.9.9.9'],
    ['of the proxy, if it wrote none', '10.1.2.3', [''], '10.1.2.3'],
    ['of the proxy, if it wrote something else', '10.1.2.3', ['198.51.100.1, unknown'], '10.1.2.3'],
    ['IPv4 as IPv6', '::ffff:10.1.2.3', ['::ffff:198.51.100.1'], '198.51.100.1'],
    ['with a zone', 'fd00::1%eth0', ['2001:db8::2'], '2001:db8::2'],
    ['of a connection that is closed', undefined, ['198.51.100.1'], 'unknown'],
  ])('%s', (_name, remote, forwarded, expected) => {
    expect(clientAddressOf(remote, forwarded, proxies)).toBe(expected)
  })

  test('is never read from a header if no proxy is trusted', () => {
    expect(clientAddressOf('127.0.0.1', ['198.51.100.1'], noProxies)).toBe('127.0.0.1')
  })
})

test.each([
  '10.0.0.0/33',
  '::/129',
  '10.0.0.0/',
  'proxy.example',
  '10.0.0',
  '10.0.0.0/8/8',
  '10.0.0.0/-1',
  'fe80::1%eth0',
])('%s is no list of proxies', (text) => {
  expect(() => parseTrustedProxies(`10.0.0.1,${text}`)).toThrow(/^expected addresses or ranges/)
})
