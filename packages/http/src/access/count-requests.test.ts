import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { parseTrustedProxies } from '@tintype/access'
import { anonymousCaller, type Caller, openCaller } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { createRequestCounter } from './count-requests.ts'

const one = { count: 1, periodMs: 3_600_000 }
const limited = expect.objectContaining({ code: 'RATE_LIMITED' })
const key: Caller = { ...openCaller, kind: 'key', id: 'key:1' }
const ofAddress = (remoteAddress: string, forwardedFor?: string) => {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress })
  const request = new IncomingMessage(socket)
  if (forwardedFor !== undefined) request.headers['x-forwarded-for'] = forwardedFor
  return request
}

describe('requests', () => {
  test('are counted by the credential, wherever they come from', () => {
    const counter = createRequestCounter({ rates: { caller: one } })
    counter.countRequest(key, ofAddress('10.0.0.1'))
    expect(() => counter.countRequest(key, ofAddress('10.0.0.2'))).toThrow(limited)
    counter.countRequest({ ...key, id: 'key:2' }, ofAddress('10.0.0.1'))
    counter.countRequest(anonymousCaller, ofAddress('10.0.0.1'))
  })

  test('B228 without a credential are counted by the address, IPv6 by /64', () => {
    const counter = createRequestCounter({ rates: { anonymous: one } })
    counter.countRequest(anonymousCaller, ofAddress('2001:db8::1'))
    expect(() => counter.countRequest(anonymousCaller, ofAddress('2001:db8::2'))).toThrow(limited)
    counter.countRequest(anonymousCaller, ofAddress('2001:db8:0:1::1'))
    counter.countRequest(key, ofAddress('2001:db8::1'))
  })

  test('B228 are counted by a forwarded address only if a trusted proxy sent it', () => {
    const trustedProxies = parseTrustedProxies('10.0.0.0/8')
    const counter = createRequestCounter({ rates: { anonymous: one }, trustedProxies })
    counter.countRequest(anonymousCaller, ofAddress('10.0.0.1', '198.51.100.1'))
    counter.countRequest(anonymousCaller, ofAddress('10.0.0.1', '198.51.100.2'))
    expect(() => counter.countRequest(anonymousCaller, ofAddress('10.0.0.9', '198.51.100.1'))).toThrow(
      limited,
    )
    counter.countRequest(anonymousCaller, ofAddress('203.0.113.1', '198.51.100.3'))
    expect(() => counter.countRequest(anonymousCaller, ofAddress('203.0.113.1', '198.51.100.4'))).toThrow(
      limited,
    )
  })

  test('B228 an X-Forwarded-For that does not count is reported', () => {
    const peers: string[] = []
    const trustedProxies = parseTrustedProxies('10.0.0.0/8')
    const counter = createRequestCounter({
      trustedProxies,
      onIgnoredForward: (peer) => void peers.push(peer),
    })
    for (const peer of ['10.0.0.1', '203.0.113.1', '::ffff:203.0.113.2', ''])
      counter.addressOf(ofAddress(peer, '198.51.100.1'))
    counter.addressOf(ofAddress('203.0.113.3'))
    expect(peers).toEqual(['203.0.113.1', '203.0.113.2'])
  })

  test('of a key with a limit of its own are counted by that', () => {
    const counter = createRequestCounter({ rates: { caller: one } })
    const caller = { ...key, limits: { requestsPerMinute: 2 } }
    for (let count = 0; count < 2; count += 1) counter.countRequest(caller, ofAddress('10.0.0.1'))
    expect(() => counter.countRequest(caller, ofAddress('10.0.0.1'))).toThrow(limited)
  })

  test('are not counted without a rate', () => {
    const counter = createRequestCounter({})
    for (let count = 0; count < 100; count += 1) {
      counter.countRequest(openCaller, ofAddress('10.0.0.1'))
      counter.countUpload(openCaller, ofAddress('10.0.0.1'))
    }
  })
})

describe('uploads', () => {
  test('are counted apart from requests, and those with upload tokens as their key’s', () => {
    const counter = createRequestCounter({ rates: { caller: one, upload: one } })
    const token: Caller = { ...anonymousCaller, kind: 'token', id: 'token:a', countedAs: 'key:1' }
    counter.countRequest(key, ofAddress('10.0.0.1'))
    counter.countUpload(key, ofAddress('10.0.0.1'))
    expect(() => counter.countUpload(token, ofAddress('10.0.0.2'))).toThrow(limited)
  })
})
