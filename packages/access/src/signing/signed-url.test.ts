import { createHmac } from 'node:crypto'
import type { MediaUrlChoice } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { signMediaUrl, verifyMediaUrl } from './signed-url.ts'
import { createSigner, deriveSigningKey, makeSigningSecret, parseSigningSecrets } from './signing-secrets.ts'

const id = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4'
const otherId = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a5'
const original = `/media/${id}.jpg`
const thumb = `/media/${id}/thumb.webp`
const custom = `/media/${id}/400x300-cover-q70.webp`
const secrets = parseSigningSecrets(makeSigningSecret())
const signer = createSigner(secrets)
const nowMs = 1_800_000_000_900
const maxLifeSeconds = 7 * 86_400
const options = { signer, maxLifeSeconds, nowMs }

const sign = (path: string, choice: Partial<MediaUrlChoice> = {}) =>
  signMediaUrl({ path, expiresInSeconds: 3600, ...choice }, options)
const verify = (path: string, query: string, ms = nowMs) =>
  verifyMediaUrl(path, query, { ...options, nowMs: ms })
const refused = (code: string) => expect.objectContaining({ code })

describe('a signed URL', () => {
  test('has one form, and its MAC is that of the text in the manual', () => {
    const query = sign(thumb, { covers: 'renditions', isDownload: true })
    const [, e, k, s] = /^d=1&p=r&e=(\d{10})&k=(\w+)&s=([\w-]{43})$/.exec(query) ?? []
    const [secret] = secrets
    if (secret === undefined) return expect.fail()
    const text = `tintype-url-1\nGET\n/media/${id}/*\nattachment\n${e}\n${k}`
    expect(s).toBe(
      createHmac('sha256', deriveSigningKey(secret, 'media-url')).update(text).digest('base64url'),
    )
    expect(k).toBe(secret.kid)
    expect(verify(thumb, query)).toEqual({ isDownload: true, secondsLeft: Number(e) - 1_800_000_000 })
  })

  test('is the same for a quarter of its life', () => {
    const queries = Array.from({ length: 3600 }, (_, second) =>
      signMediaUrl({ path: thumb, expiresInSeconds: 3600 }, { ...options, nowMs: nowMs + second * 1000 }),
    )
    expect(new Set(queries).size).toBeLessThanOrEqual(5)
  })

  test('B218: for one path is valid for that path', () => {
    const query = sign(original)
    expect(verify(original, query).isDownload).toBe(false)
    for (const path of [
      thumb,
      `/media/${id}.png`,
      `/media/${otherId}.jpg`,
      `/media/${id}.JPG`,
      `${original}/`,
      `/media/../media/${id}.jpg`,
      `/media/%30${id.slice(1)}.jpg`,
      `//media/${id}.jpg`,
    ])
      expect(() => verify(path, query)).toThrow(refused('INVALID_SIGNATURE'))
  })

  test('B218: for renditions is valid for every preset and width, and nothing else', () => {
    const query = sign(thumb, { covers: 'renditions' })
    for (const name of ['thumb.webp', 'square.avif', 'preview.jpg', 'w160.webp', 'w3840.png'])
      expect(verify(`/media/${id}/${name}`, query).secondsLeft).toBeGreaterThan(0)
    for (const path of [
      original,
      custom,
      `/media/${otherId}/thumb.webp`,
      `/media/${id}/w161.webp`,
      `/media/${id}/*`,
    ])
      expect(() => verify(path, query)).toThrow(refused('INVALID_SIGNATURE'))
  })

  test('B218: for a photo is valid for its original too', () => {
    const query = sign(original, { covers: 'photo' })
    for (const path of [original, thumb]) expect(verify(path, query).secondsLeft).toBeGreaterThan(0)
    for (const path of [custom, `/media/${otherId}.jpg`])
      expect(() => verify(path, query)).toThrow(refused('INVALID_SIGNATURE'))
  })

  test('B218: cannot be turned into one that covers more', () => {
    const exact = sign(thumb)
    const renditions = sign(thumb, { covers: 'renditions' })
    for (const [path, query] of [
      [thumb, `p=r&${exact}`],
      [thumb, `p=a&${exact}`],
      [thumb, renditions.replace('p=r', 'p=a')],
      [original, renditions.replace('p=r', 'p=a')],
      [thumb, renditions.replace('p=r&', '')],
      [thumb, `d=1&${exact}`],
    ] as const)
      expect(() => verify(path, query)).toThrow(refused('INVALID_SIGNATURE'))
  })

  test('a custom size is signed by its own path', () => {
    expect(verify(custom, sign(custom)).secondsLeft).toBeGreaterThan(0)
    for (const covers of ['renditions', 'photo'] as const)
      expect(() => sign(custom, { covers })).toThrow(refused('INVALID_REQUEST'))
  })
})

describe('B215, B216, B217: a query', () => {
  const query = sign(thumb, { covers: 'renditions', isDownload: true })
  const [d, p, e, k, s] = query.split('&')
  test.each([
    ['nothing', ''],
    ['another order', [p, d, e, k, s].join('&')],
    ['a parameter twice', [d, p, e, e, k, s].join('&')],
    ['one more parameter', `${query}&x=1`],
    ['one more before', `x=1&${query}`],
    ['a response override', `response-content-type=text/html&${query}`],
    ['a final ampersand', `${query}&`],
    ['a leading one', `&${query}`],
    ['an escape', query.replace('p=r', 'p=%72')],
    ['another case', query.toUpperCase()],
    ['a download that is no 1', query.replace('d=1', 'd=0')],
    ['no expiry', [d, p, k, s].join('&')],
    ['no key id', [d, p, e, s].join('&')],
    ['no signature', [d, p, e, k].join('&')],
    ['a padded signature', `${query}=`],
    ['a line break', `${query}\n`],
    ['a question mark', `?${query}`],
    ['a fragment', `${query}#x`],
  ])('with %s is refused', (_name, changed) => {
    expect(() => verify(thumb, changed)).toThrow(refused('INVALID_SIGNATURE'))
  })
})

describe('B219: the time', () => {
  const endSeconds = Number(/e=(\d+)/.exec(sign(thumb))?.[1])

  test('ends at the second that was signed', () => {
    expect(verify(thumb, sign(thumb), endSeconds * 1000 - 1)).toMatchObject({ secondsLeft: 1 })
    expect(() => verify(thumb, sign(thumb), endSeconds * 1000)).toThrow(refused('URL_EXPIRED'))
  })

  test('is not shown by a URL whose signature is wrong', () => {
    const forged = sign(thumb).replace(/.{43}$/, 'A'.repeat(43))
    expect(() => verify(thumb, forged, endSeconds * 2000)).toThrow(refused('INVALID_SIGNATURE'))
  })

  test.each([
    'NaN',
    '-1',
    '1e3',
    '1e400',
    '01800003600',
    '99999999999',
    '1800003600.5',
    '+1800003600',
    ' 1800003600',
    '00',
    '',
  ])('cannot be %j', (e) => {
    expect(() => verify(thumb, sign(thumb).replace(/e=\d+/, `e=${e}`))).toThrow(refused('INVALID_SIGNATURE'))
  })

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, maxLifeSeconds + 1])(
    'of %d seconds is not signed',
    (expiresInSeconds) => {
      expect(() => sign(thumb, { expiresInSeconds })).toThrow(refused('INVALID_REQUEST'))
    },
  )

  test('may not be longer than the limit, also if the limit was lowered', () => {
    const query = sign(thumb, { expiresInSeconds: maxLifeSeconds })
    expect(verify(thumb, query).secondsLeft).toBeGreaterThanOrEqual(maxLifeSeconds)
    expect(() => verifyMediaUrl(thumb, query, { ...options, maxLifeSeconds: 3600 })).toThrow(
      refused('INVALID_SIGNATURE'),
    )
  })

  test('without an end is for public photos', () => {
    const never = { path: thumb, expiresInSeconds: 'never' } as const
    expect(() => signMediaUrl(never, options)).toThrow(refused('INVALID_REQUEST'))
    const query = signMediaUrl(never, { ...options, isPublic: true })
    expect(query).toMatch(/^e=0&/)
    expect(verify(thumb, query, 4e12)).toEqual({ isDownload: false, secondsLeft: undefined })
  })
})

test('B221: old secrets verify until they are removed', () => {
  const newer = makeSigningSecret()
  const both = createSigner([...parseSigningSecrets(newer), ...secrets])
  const query = sign(thumb)
  expect(verifyMediaUrl(thumb, query, { ...options, signer: both }).secondsLeft).toBeGreaterThan(0)
  expect(() =>
    verifyMediaUrl(thumb, query, { ...options, signer: createSigner(parseSigningSecrets(newer)) }),
  ).toThrow(refused('INVALID_SIGNATURE'))
})

test.each([
  '/photos/x',
  '/media',
  '/media/',
  `/media/${id}`,
  `media/${id}.jpg`,
  `/media/${id}/nope.webp.exe`,
  `https://a.example${original}`,
])('%j is not signed', (path) => {
  expect(() => sign(path)).toThrow(refused('INVALID_REQUEST'))
})
