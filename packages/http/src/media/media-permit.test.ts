import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { signMediaUrl } from '@tintype/access'
import { describe, expect, test } from 'vitest'
import { closedAccess } from '../testing/closed-access.ts'
import { createMediaPermits } from './media-permit.ts'

const id = '01890000-0000-7000-8000-000000000000'
const path = `/media/${id}/thumb.webp`

function requestWith(headers: Record<string, string> = {}): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  request.headers = headers
  return request
}

function sign(closed = closedAccess(), expiresInSeconds: number | 'never' = 3600, isDownload = false) {
  const options = { signer: closed.signer, maxLifeSeconds: 604_800, nowMs: Date.now(), isPublic: true }
  return signMediaUrl({ path, expiresInSeconds, isDownload }, options)
}

describe('a signed media URL', () => {
  test('permits private media for as long as it is signed, and caches may keep them so long', () => {
    const closed = closedAccess()
    const permit = createMediaPermits(closed)(requestWith(), { path, query: sign(closed) })
    expect(permit).toMatchObject({ scope: { includesPrivate: true }, isDownload: false, makesCustom: true })
    const seconds = Number(/^private, max-age=(\d+), immutable$/.exec(permit?.cacheControl ?? '')?.[1])
    expect(seconds).toBeGreaterThan(3590)
    expect(seconds).toBeLessThanOrEqual(4500)
  })

  test('may be kept by shared caches if the operator says so', () => {
    const closed = closedAccess({ signedCache: 'shared' })
    const permit = createMediaPermits(closed)(requestWith(), { path, query: sign(closed) })
    expect(permit?.cacheControl).toMatch(/^public, max-age=(\d+), s-maxage=\1, immutable$/)
  })

  test('without an end permits public media only', () => {
    const closed = closedAccess()
    const permit = createMediaPermits(closed)(requestWith(), { path, query: sign(closed, 'never') })
    expect(permit?.scope).toEqual({ includesPrivate: false })
  })

  test('B216 decides whether the image is saved; a parameter beside the signature is refused', () => {
    const closed = closedAccess()
    const permits = createMediaPermits(closed)
    const query = sign(closed, 3600, true)
    expect(permits(requestWith(), { path, query })?.isDownload).toBe(true)
    for (const changed of [
      `${query}&download`,
      `download&${query}`,
      query.replace('d=1&', ''),
      `${query}&w=9`,
    ])
      expect(() => permits(requestWith(), { path, query: changed })).toThrow(
        expect.objectContaining({ code: 'INVALID_SIGNATURE' }),
      )
  })

  test.each(['d=1', 'p=a', 'e=0', 'k=k1', 's=', 'x=1&s=abc'])('B215 part of one is refused: %s', (query) => {
    const permits = createMediaPermits(closedAccess())
    expect(() => permits(requestWith(), { path, query })).toThrow(
      expect.objectContaining({ code: 'INVALID_SIGNATURE' }),
    )
  })

  test.each(['', 'download', 'download=1', 'v=2', 'size=3'])(
    'a query without one permits nothing: %j',
    (query) => {
      expect(createMediaPermits(closedAccess())(requestWith(), { path, query })).toBeUndefined()
    },
  )

  test('means nothing on an open server, where everyone may read everything', () => {
    expect(createMediaPermits(undefined)(requestWith(), { path, query: 's=anything' })).toBeUndefined()
  })
})

describe('a CDN that verifies URLs itself', () => {
  const edgeSecret = 'an edge secret of thirty-two bytes or more'
  test('is permitted everything with its secret, and nothing without it', () => {
    const permits = createMediaPermits(closedAccess({ edgeSecret }))
    const permit = permits(requestWith({ 'tintype-edge': edgeSecret }), { path, query: '' })
    expect(permit).toMatchObject({ scope: { includesPrivate: true }, makesCustom: false })
    for (const sent of [`${edgeSecret}x`, edgeSecret.slice(1), edgeSecret.replace('a', 'b'), ''])
      expect(permits(requestWith({ 'tintype-edge': sent }), { path, query: '' })).toBeUndefined()
    const without = createMediaPermits(closedAccess())
    expect(without(requestWith({ 'tintype-edge': '' }), { path, query: '' })).toBeUndefined()
  })
})
