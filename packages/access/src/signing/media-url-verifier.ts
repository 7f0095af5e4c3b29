import { timingSafeEqual } from 'node:crypto'
import { longestRestSeconds } from '@tintype/contract'
import { createBoundedMap } from '../limits/bounded-map.ts'
import { type SignedUrlOptions, type VerifiedMediaUrl, verifyMediaUrl } from './signed-url.ts'

/**
 * Verifies a signed media URL as `verifyMediaUrl` does, and throws what that throws.
 *
 * @param nowMs Unix time, milliseconds
 */
export type MediaUrlVerifier = (path: string, query: string, nowMs: number) => VerifiedMediaUrl

/** A URL that was valid. */
interface KnownUrl {
  readonly isDownload: boolean
  /** Unix time; `undefined` if the URL has no end. */
  readonly endSeconds: number | undefined
  /** The characters of its MAC. */
  readonly mac: Buffer
}

/** URLs that are remembered, the latest: about 5 MB. */
const maxRemembered = 10_000
/** Every valid query ends with the MAC: 43 characters of base64url. */
const macLength = 43

/**
 * Remembers the URLs that were valid: browsers request the same ones again for a quarter of their life. They are found by
 * everything before their MAC, and the MAC is compared in constant time, as always (threat B223).
 */
export function createMediaUrlVerifier(options: Omit<SignedUrlOptions, 'nowMs'>): MediaUrlVerifier {
  const remembered = createBoundedMap<string, KnownUrl>(maxRemembered)
  const longestSeconds = longestRestSeconds(options.maxLifeSeconds)

  return (path, query, nowMs) => {
    const subject = `${path}?${query.slice(0, -macLength)}`
    const mac = Buffer.from(query.slice(-macLength))
    const nowSeconds = Math.floor(nowMs / 1000)
    const known = remembered.get(subject)
    if (known?.mac.byteLength === mac.byteLength && timingSafeEqual(known.mac, mac)) {
      const { isDownload, endSeconds } = known
      const secondsLeft = endSeconds === undefined ? undefined : endSeconds - nowSeconds
      if (secondsLeft === undefined || (secondsLeft > 0 && secondsLeft <= longestSeconds))
        return { isDownload, secondsLeft }
    }
    const verified = verifyMediaUrl(path, query, { ...options, nowMs })
    const { isDownload, secondsLeft } = verified
    const endSeconds = secondsLeft === undefined ? undefined : nowSeconds + secondsLeft
    remembered.set(subject, { isDownload, endSeconds, mac: Buffer.from(mac) })
    return verified
  }
}
