import { execFileSync } from 'node:child_process'
import { createHmac, generateKeyPairSync, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signFor } from './sign-for.ts'

const path = '/media/0193f6a2-7c1e-7b3a-9d2e-5f60718293a4/w640.webp'
const url = `https://cdn.example.com${path}`
const nowMs = 1_800_000_000_900
const secret = 'a secret with spaces'
const refused = expect.objectContaining({ code: 'INVALID_REQUEST' })

const queryOf = (signed: string) => new URL(signed, 'http://edge').searchParams

describe('nginx', () => {
  test('gets what secure_link computes: the MD5 of the time, the path and the secret', () => {
    const signed = signFor.nginx(url, { secret, nowMs })
    const expires = queryOf(signed).get('expires')
    // as in the documentation of ngx_http_secure_link_module
    const script =
      'printf "%s" "$1" | openssl md5 -binary | openssl base64 | tr +/ -_ | tr -d = | tr -d "\\n"'
    const md5 = execFileSync('sh', ['-c', script, 'sh', `${expires}${path} ${secret}`], { encoding: 'utf8' })
    expect(signed).toBe(`${url}?md5=${md5}&expires=${expires}`)
    expect(signFor.nginx(path, { secret, nowMs })).toBe(`${path}?md5=${md5}&expires=${expires}`)
  })

  test('known value', () => {
    const signed = signFor.nginx('/s/link', {
      secret: 'secret',
      expiresInSeconds: 1,
      nowMs: 2_147_483_646_000,
    })
    // printf '2147483647/s/link secret' | openssl md5 -binary | openssl base64 | tr +/ -_ | tr -d =
    expect(signed).toBe('/s/link?md5=0Xgm37lo5nFEuHMDKl_vQg&expires=2147483647')
  })
})

describe('CloudFront', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ecdsa = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  test.each([
    ['RSA', rsa],
    ['ECDSA', ecdsa],
  ])('gets a canned policy that the public key verifies: %s', (_, { publicKey, privateKey }) => {
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const signed = signFor.cloudfront(url, { keyPairId: 'K2JCJMDEHXQW5F', privateKey: pem, nowMs })
    const [, expires, signature = ''] =
      /\?Expires=(\d{10})&Signature=([\w~-]+)&Key-Pair-Id=K2JCJMDEHXQW5F&Hash-Algorithm=SHA256$/.exec(
        signed,
      ) ?? []
    const policy = `{"Statement":[{"Resource":"${url}","Condition":{"DateLessThan":{"AWS:EpochTime":${expires}}}}]}`
    const letters: Record<string, string> = { '-': '+', _: '=', '~': '/' }
    const bytes = Buffer.from(
      signature.replace(/[-_~]/g, (letter) => letters[letter] ?? ''),
      'base64',
    )
    expect(verify('sha256', Buffer.from(policy), publicKey, bytes)).toBe(true)
    expect(verify('sha256', Buffer.from(policy.replace('w640', 'w960')), publicKey, bytes)).toBe(false)
  })

  test('needs an absolute URL and a key, and no failure repeats the key', () => {
    const keyPairId = 'K2JCJMDEHXQW5F'
    const privateKey = '-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----'
    expect(() => signFor.cloudfront(path, { keyPairId, privateKey })).toThrow(refused)
    expect(() => signFor.cloudfront(url, { keyPairId, privateKey })).toThrow(refused)
    expect(() => signFor.cloudfront(url, { keyPairId, privateKey })).not.toThrow(/secret/)
  })
})

describe('Cloudflare', () => {
  test('gets a time stamp and the MAC of path and time stamp', () => {
    const signed = signFor.cloudflare(url, { secret, nowMs })
    const [timestamp = '', mac] = (queryOf(signed).get('verify') ?? '').split('-')
    expect(timestamp).toMatch(/^\d{10}$/)
    expect(mac).toBe(
      createHmac('sha256', secret)
        .update(path + timestamp)
        .digest('base64'),
    )
    expect(signed).toBe(`${url}?verify=${timestamp}-${encodeURIComponent(mac ?? '')}`)
  })

  test('gets a time stamp of the last quarter of the life, never of the future', () => {
    for (let second = 0; second < 4000; second += 7) {
      const now = Math.floor(nowMs / 1000) + second
      const verify = queryOf(signFor.cloudflare(url, { secret, nowMs: now * 1000 })).get('verify')
      const ageSeconds = now - Number.parseInt(verify ?? '', 10)
      expect(ageSeconds).toBeGreaterThanOrEqual(0)
      expect(ageSeconds).toBeLessThan(900)
    }
  })
})

describe('every edge', () => {
  const signers = {
    nginx: (one: string, life: object) => signFor.nginx(one, { secret, nowMs, ...life }),
    cloudflare: (one: string, life: object) => signFor.cloudflare(one, { secret, nowMs, ...life }),
  }

  test.each(Object.entries(signers))('%s gets the same URL for a quarter of its life', (_, sign) => {
    const hour = Array.from({ length: 3600 }, (_second, at) => sign(url, { nowMs: nowMs + at * 1000 }))
    expect(new Set(hour).size).toBeLessThanOrEqual(5)
    expect(new Set(hour).size).toBeGreaterThanOrEqual(4)
  })

  test.each(Object.entries(signers))('%s gets no URL with a query, a fragment or escapes', (_, sign) => {
    for (const wrong of [`${url}?x=1`, `${url}#x`, 'media/x.jpg', '', 'ftp://x/y', '/a b', '/a%20b'])
      expect(() => sign(wrong, {})).toThrow(refused)
    for (const expiresInSeconds of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => sign(url, { expiresInSeconds })).toThrow(refused)
  })
})
