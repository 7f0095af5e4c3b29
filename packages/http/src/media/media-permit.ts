import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createMediaUrlVerifier } from '@tintype/access'
import type { PhotoScope } from '@tintype/contract'
import type { ClosedAccess } from '../access/closed-access.ts'

/** What a media URL, or the CDN that sent it, permits on top of the caller's rights. */
export interface MediaPermit {
  /** The photos whose media may be read. */
  readonly scope: PhotoScope
  /** Whether the URL was signed for saving; `undefined` if it was not signed. */
  readonly isDownload?: boolean | undefined
  /** Whether a custom rendition that does not exist is made: its exact path was signed. */
  readonly makesCustom: boolean
  /** Cache-Control of private media. */
  readonly cacheControl: string
  /** The signature that gave the permit, if it ends. */
  readonly signature?: SignatureTerms | undefined
}

/** How long a signature is valid, and what may keep the answers. */
export interface SignatureTerms {
  /** Unix time in milliseconds, a whole second. */
  readonly endsAtMs: number
  readonly cache: ClosedAccess['signedCache']
}

/** The permit of one request; `undefined` if it has none. */
export type PermitMedia = (
  req: IncomingMessage,
  target: {
    /** `/media/…` as it arrived, without the base path. */
    readonly path: string
    /** As it arrived, without its question mark. */
    readonly query: string
  },
) => MediaPermit | undefined

/** Names of the parameters of a signed URL. A query with one of them must be signed as a whole (threat B215). */
const signedQuery = /(?:^|&)[dpeks]=/

const everything: PhotoScope = { includesPrivate: true }
const publicOnly: PhotoScope = { includesPrivate: false }

/**
 * Verifies signed media URLs, and CDNs that verify URLs themselves, before anything is looked up. Synchronous.
 *
 * @throws INVALID_SIGNATURE, URL_EXPIRED
 */
export function createMediaPermits(closed: ClosedAccess | undefined): PermitMedia {
  if (closed === undefined) return () => undefined // everyone may read everything
  const { signer, signedUrlMaxLifeSeconds: maxLifeSeconds, signedCache } = closed
  const verify = createMediaUrlVerifier({ signer, maxLifeSeconds })
  const edgeSecret = closed.edgeSecret === undefined ? undefined : Buffer.from(closed.edgeSecret)

  function isEdge({ headers }: IncomingMessage): boolean {
    const sent = headers['tintype-edge']
    if (edgeSecret === undefined || typeof sent !== 'string') return false
    const received = Buffer.from(sent)
    return received.byteLength === edgeSecret.byteLength && timingSafeEqual(received, edgeSecret)
  }

  return (req, { path, query }) => {
    if (signedQuery.test(query)) {
      const nowMs = Date.now()
      const { isDownload, secondsLeft } = verify(path, query, nowMs)
      const permit = { isDownload, makesCustom: true, cacheControl: keptFor(secondsLeft ?? 0, signedCache) }
      if (secondsLeft === undefined) return { ...permit, scope: publicOnly }
      const endsAtMs = (Math.floor(nowMs / 1000) + secondsLeft) * 1000
      return { ...permit, scope: everything, signature: { endsAtMs, cache: signedCache } }
    }
    if (!isEdge(req)) return undefined
    return { scope: everything, makesCustom: false, cacheControl: 'private, no-store' }
  }
}

/** `Cache-Control` of private media that a signature permits. */
export function keptFor(seconds: number, cache: ClosedAccess['signedCache']): string {
  return cache === 'shared'
    ? `public, max-age=${seconds}, s-maxage=${seconds}, immutable`
    : `private, max-age=${seconds}, immutable`
}
