import type { IncomingHttpHeaders } from 'node:http'
import { anonymousCaller, type Caller, isTintypeError, openCaller } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { serveApp } from '../testing/serve-app.ts'
import { type AccessOptions, createAccess, identifyCaller, requireRight } from './access.ts'

const local: AccessOptions = { isLoopback: true, isOpen: false, corsOrigins: [] }
const publicOrigin = 'https://photos.example.com'
const localPublic: AccessOptions = { ...local, publicOrigin, corsOrigins: ['https://app.example.com'] }
const open: AccessOptions = { isLoopback: false, isOpen: true, corsOrigins: [] }
const openPublic: AccessOptions = { ...open, publicOrigin, corsOrigins: ['https://app.example.com'] }
const undeclared: AccessOptions = { isLoopback: false, isOpen: false, corsOrigins: [] }

/** `admitted`, or the code of the refusal. */
function outcome(options: AccessOptions, method: string, headers: IncomingHttpHeaders) {
  try {
    createAccess(options).assertAllowed({ method, headers })
    return 'admitted'
  } catch (error) {
    return isTintypeError(error) ? error.code : error
  }
}

const yes = 'admitted'
const noHost = 'HOST_NOT_ALLOWED'
const noOrigin = 'ORIGIN_NOT_ALLOWED'

describe('Host', () => {
  const hosts: readonly (readonly [string | undefined, ...string[]])[] = [
    // host, on loopback, with a public URL, on an open address, with a public URL, undeclared
    ['localhost:3000', yes, yes, yes, yes, yes],
    ['LocalHost', yes, yes, yes, yes, yes],
    ['app.localhost:3000', yes, yes, yes, yes, yes],
    ['127.0.0.1:3000', yes, yes, yes, yes, yes],
    ['127.9.9.9', yes, yes, yes, yes, yes],
    ['[::1]:3000', yes, yes, yes, yes, yes],
    ['photos.example.com', noHost, yes, yes, yes, noHost],
    ['photos.example.com:8443', noHost, yes, yes, yes, noHost],
    ['Photos.Example.Com.', noHost, yes, yes, yes, noHost],
    ['evil.example', noHost, noHost, yes, noHost, noHost],
    ['photos.example.com.evil.example', noHost, noHost, yes, noHost, noHost],
    ['127.0.0.1.evil.example', noHost, noHost, yes, noHost, noHost],
    ['192.168.0.7:3000', noHost, noHost, yes, yes, noHost],
    ['0.0.0.0:3000', noHost, noHost, yes, yes, noHost],
    ['[fe80::1]', noHost, noHost, yes, yes, noHost],
    ['localhost@evil.example', noHost, noHost, noHost, noHost, noHost],
    ['localhost, evil.example', noHost, noHost, noHost, noHost, noHost],
    ['', noHost, noHost, noHost, noHost, noHost],
    [undefined, noHost, noHost, yes, noHost, noHost],
  ]
  test.each(hosts)('%s', (host, ...expected) => {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const seen = [local, localPublic, open, openPublic, undeclared].map((one) =>
        outcome(one, method, { host }),
      )
      expect(seen).toEqual(expected)
    }
  })
})

describe('hosts that are listed', () => {
  const allowedHosts = ['photos.lan', '192.168.0.7']
  test.each<readonly [string, AccessOptions]>([
    ['on loopback', local],
    ['on loopback with a public URL', localPublic],
    ['on an open address with a public URL', openPublic],
    ['on an open address, which answers no other names then', open],
  ])('are answered %s', (_name, options) => {
    const outcomes = (host: string) => outcome({ ...options, allowedHosts }, 'GET', { host })
    for (const host of ['photos.lan', 'PHOTOS.lan.:8080', '192.168.0.7:3000', 'localhost'])
      expect([host, outcomes(host)]).toEqual([host, yes])
    for (const host of ['other.lan', 'x.photos.lan', 'photos.lan.evil.example'])
      expect([host, outcomes(host)]).toEqual([host, noHost])
  })
})

describe('Origin of a request that changes something', () => {
  const host = 'localhost:3000'
  test.each<readonly [string, AccessOptions, IncomingHttpHeaders, string]>([
    ['a program', local, { host }, yes],
    ['the same page', local, { host, origin: 'http://localhost:3000' }, yes],
    ['its other port', local, { host, origin: 'http://localhost:5173' }, yes],
    ['its other name', local, { host, origin: 'http://127.0.0.1:5173' }, yes],
    ['IPv6', local, { host, origin: 'http://[::1]:5173' }, yes],
    ['https in development', local, { host, origin: 'https://app.localhost' }, yes],
    ['elsewhere', local, { host, origin: 'https://evil.example' }, noOrigin],
    ['null', local, { host, origin: 'null' }, noOrigin],
    ['nothing', local, { host, origin: '' }, noOrigin],
    ['a name that begins like ours', local, { host, origin: 'http://localhost.evil.example' }, noOrigin],
    ['user info', local, { host, origin: 'http://localhost@evil.example' }, noOrigin],
    ['user info before ours', local, { host, origin: 'http://evil@localhost:3000' }, noOrigin],
    ['a path', local, { host, origin: 'http://localhost:3000/' }, noOrigin],
    ['another scheme', local, { host, origin: 'ftp://localhost:3000' }, noOrigin],
    ['two', local, { host, origin: 'http://localhost:3000, https://evil.example' }, noOrigin],
    ['cross-site without an origin', local, { host, 'sec-fetch-site': 'cross-site' }, noOrigin],
    ['same-origin without an origin', local, { host, 'sec-fetch-site': 'same-origin' }, yes],
    [
      'cross-site and listed',
      localPublic,
      { host, origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' },
      yes,
    ],
    ['the public URL', localPublic, { host, origin: publicOrigin }, yes],
    ['the public URL on another port', localPublic, { host, origin: `${publicOrigin}:8443` }, noOrigin],
    ['the public URL, unencrypted', localPublic, { host, origin: 'http://photos.example.com' }, noOrigin],
    ['listed, but longer', localPublic, { host, origin: 'https://app.example.com.evil' }, noOrigin],
    ['listed, but prefixed', localPublic, { host, origin: 'https://good.app.example.com' }, noOrigin],
    ['the same, open', open, { host: 'photos.lan:3000', origin: 'http://photos.lan:3000' }, yes],
    ['the same by its default port', open, { host: 'photos.lan:80', origin: 'http://photos.lan' }, yes],
    ['another port, open', open, { host: 'photos.lan:3000', origin: 'http://photos.lan:3001' }, noOrigin],
    [
      'https, open, without a public URL',
      open,
      { host: 'photos.lan', origin: 'https://photos.lan' },
      noOrigin,
    ],
    ['https, open, with one', openPublic, { host: 'photos.example.com', origin: publicOrigin }, yes],
    ['loopback, open', open, { host: 'photos.lan', origin: 'http://localhost:5173' }, noOrigin],
    ['elsewhere, open', open, { host: 'photos.lan', origin: 'https://evil.example' }, noOrigin],
    ['null, open', open, { host: 'photos.lan', origin: 'null' }, noOrigin],
  ])('B231, B233: %s', (_name, options, headers, expected) => {
    for (const method of ['POST', 'DELETE', 'PUT', 'PATCH', 'BREW']) {
      for (const type of ['multipart/form-data; boundary=x', 'text/plain', 'application/json']) {
        expect(outcome(options, method, { ...headers, 'content-type': type })).toBe(expected)
      }
    }
  })

  test('B233: a reading request needs no allowed origin', () => {
    const headers = { host, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    for (const method of ['GET', 'HEAD', 'OPTIONS']) expect(outcome(local, method, headers)).toBe(yes)
  })

  test('the error holds the received origin, shortened', () => {
    const origin = `https://${'x'.repeat(10_000)}`
    expect(() => createAccess(local).assertAllowed({ method: 'POST', headers: { host, origin } })).toThrow(
      expect.objectContaining({ facts: { received: origin.slice(0, 200) } }),
    )
  })
})

/** An app that identifies the caller, then answers 200 on every path. */
function serve(options: AccessOptions) {
  return serveApp((app) => {
    app.use(identifyCaller(createAccess(options)))
    app.use((ctx) => {
      requireRight(ctx, 'photos:read')
      ctx.body = 'reached'
    })
  })
}

describe('CORS', () => {
  const preflight = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'x-anything',
  }

  test('B231: pages of allowed origins read answers, and caches keep them apart', async () => {
    await using app = await serve(localPublic)
    for (const origin of ['https://app.example.com', publicOrigin, 'http://localhost:5173']) {
      const { headers, status, bytes } = await app.send('/', { origin }, 'GET')
      expect({ status, body: bytes.toString() }).toEqual({ status: 200, body: 'reached' })
      expect(headers['access-control-allow-origin']).toBe(origin)
      expect(headers['access-control-expose-headers']).toBe(
        'Location, ETag, Retry-After, Content-Range, X-Request-Id, Idempotent-Replayed',
      )
      expect(headers['access-control-allow-credentials']).toBeUndefined()
      expect(headers.vary).toBe('Origin')
    }
  })

  test('B231: other pages get an answer without CORS headers', async () => {
    await using app = await serve(localPublic)
    for (const origin of [
      'null',
      'https://good.evil',
      'https://app.example.com.evil',
      'http://app.example.com',
      '*',
    ]) {
      const { headers, status } = await app.send('/', { origin }, 'GET')
      expect(status).toBe(200)
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
      expect(headers.vary).toBe('Origin')
    }
    expect((await app.send('/', {}, 'GET')).headers.vary).toBe('Origin')
  })

  test('there is no Vary if no other origin is allowed', async () => {
    await using app = await serve(open)
    expect((await app.send('/', { origin: 'https://app.example.com' }, 'GET')).headers.vary).toBeUndefined()
  })

  test('B232: a preflight lists only methods and headers that exist', async () => {
    await using app = await serve(localPublic)
    const { status, headers, bytes } = await app.send(
      '/',
      {
        origin: 'https://app.example.com',
        ...preflight,
      },
      'OPTIONS',
    )
    expect({ status, body: bytes.toString() }).toEqual({ status: 204, body: '' })
    expect(headers['access-control-allow-origin']).toBe('https://app.example.com')
    expect(headers['access-control-allow-methods']).toBe('GET, HEAD, POST, DELETE')
    expect(headers['access-control-allow-headers']?.split(', ')).toEqual([
      'Authorization',
      'Content-Type',
      'Content-Disposition',
      'Content-Digest',
      'Repr-Digest',
      'Idempotency-Key',
      'trpc-accept',
      'x-trpc-source',
      'Range',
      'If-None-Match',
      'If-Match',
      'If-Range',
      'X-Request-Id',
      'Cache-Control',
      'X-Requested-With',
      'traceparent',
      'tracestate',
      'baggage',
      'sentry-trace',
    ])
    expect(headers['access-control-max-age']).toBe('600')
    expect(headers.vary).toBe('Origin')
  })

  test('a preflight lists the headers that the operator adds, and answers listed origins of any scheme', async () => {
    const origins = ['capacitor://localhost', 'chrome-extension://abcdefghijklmnop']
    await using app = await serve({ ...openPublic, corsOrigins: origins, corsHeaders: ['X-App', 'X-Build'] })
    for (const origin of origins) {
      const { status, headers } = await app.send('/', { origin, ...preflight }, 'OPTIONS')
      expect([status, headers['access-control-allow-origin']]).toEqual([204, origin])
      expect(headers['access-control-allow-headers']).toMatch(
        /^Authorization, .+, sentry-trace, X-App, X-Build$/,
      )
    }
    const other = await app.send('/', { origin: 'tauri://localhost', ...preflight }, 'OPTIONS')
    expect(other.bytes.toString()).toBe('ORIGIN_NOT_ALLOWED')
  })

  test('B231, B232: a preflight from an origin that is not allowed is refused', async () => {
    await using app = await serve(localPublic)
    for (const origin of ['https://evil.example', 'null']) {
      const { status, headers, bytes } = await app.send('/', { origin, ...preflight }, 'OPTIONS')
      expect({ status, body: bytes.toString() }).toEqual({ status: 403, body: 'ORIGIN_NOT_ALLOWED' })
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })

  test('OPTIONS without an origin or a requested method is no preflight and reaches the route', async () => {
    await using app = await serve(localPublic)
    expect((await app.send('/', { origin: 'https://app.example.com' }, 'OPTIONS')).bytes.toString()).toBe(
      'reached',
    )
    expect((await app.send('/', preflight, 'OPTIONS')).bytes.toString()).toBe('reached')
  })

  test('a request with a rebound name is refused, preflights included', async () => {
    await using app = await serve(localPublic)
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const headers = { host: 'evil.example', origin: 'http://evil.example', ...preflight }
      const answer = await app.send('/', headers, method)
      expect(answer).toMatchObject({ status: 403, bytes: Buffer.from('HOST_NOT_ALLOWED') })
    }
  })
})

describe('requireRight', () => {
  const stateOf = (caller: Caller) => ({ state: { tintype: { caller } } })

  test('refuses a caller without the right, and names the right', () => {
    const caller = { ...openCaller, may: (right: string) => right === 'photos:read' }
    expect(() => requireRight(stateOf(caller), 'photos:read')).not.toThrow()
    expect(() => requireRight(stateOf(caller), 'photos:create')).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN', facts: { needs: 'photos:create' } }),
    )
  })

  test('B225: asks a caller without a credential for one', () => {
    expect(() => requireRight(stateOf(anonymousCaller), 'photos:read')).toThrow(
      expect.objectContaining({ code: 'UNAUTHENTICATED', facts: { reason: 'missing' } }),
    )
  })
})
