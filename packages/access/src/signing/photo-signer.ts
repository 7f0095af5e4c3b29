import { longestRestSeconds, type SignatureCover } from '@tintype/contract'
import { createBoundedMap } from '../limits/bounded-map.ts'
import { signMediaUrl } from './signed-url.ts'
import type { Signer } from './signing-secrets.ts'

/** What a photo's media are signed with. */
export interface PhotoSignerOptions {
  readonly signer: Signer
  /** Of each signature, in seconds. */
  readonly lifeSeconds: number
  /** The longest life that can be signed, in seconds. */
  readonly maxLifeSeconds: number
  /** Unix time, milliseconds. */
  readonly now: () => number
}

/** Media of one photo that have the same signature. */
export interface SignedMedia {
  readonly id: string
  /** Of one of them, below the base path. */
  readonly path: string
  readonly covers: Exclude<SignatureCover, 'path'>
}

/** Signatures that are remembered, the latest: about 6 MB, two of each photo. */
const maxRemembered = 20_000

/**
 * Signs many media of a photo at once, as `signMediaUrl`. Lists show the same photos again and again, and a window gives the same
 * signature, so it is remembered until its window is over.
 *
 * @returns called with a photo's id, a path that is covered, and what is covered; gives the query, without its question mark
 */
export function createPhotoSigner({ signer, lifeSeconds, maxLifeSeconds, now }: PhotoSignerOptions) {
  const remembered = createBoundedMap<string, { readonly query: string; readonly endSeconds: number }>(
    maxRemembered,
  )
  const longestSeconds = longestRestSeconds(lifeSeconds)

  return ({ id, path, covers }: SignedMedia): string => {
    const nowMs = now()
    const name = `${covers} ${id}`
    const known = remembered.get(name)
    const leftSeconds = known === undefined ? 0 : known.endSeconds - Math.floor(nowMs / 1000)
    if (known !== undefined && leftSeconds >= lifeSeconds && leftSeconds < longestSeconds) return known.query
    const choice = { path, covers, expiresInSeconds: lifeSeconds }
    const query = signMediaUrl(choice, { signer, maxLifeSeconds, nowMs })
    remembered.set(name, { query, endSeconds: Number(new URLSearchParams(query).get('e')) })
    return query
  }
}
