import { longestRestSeconds } from '@tintype/contract'
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

/** Photos whose signature is remembered, the latest: about 3 MB. */
const maxRemembered = 10_000

/**
 * Signs all media of a photo at once, as `signMediaUrl` with `covers: 'photo'`. Lists show the same photos again and again, and a
 * window gives the same signature, so it is remembered until its window is over.
 *
 * @returns called with a photo's id and the path of its original; gives the query, without its question mark
 */
export function createPhotoSigner({ signer, lifeSeconds, maxLifeSeconds, now }: PhotoSignerOptions) {
  const remembered = createBoundedMap<string, { readonly query: string; readonly endSeconds: number }>(
    maxRemembered,
  )
  const longestSeconds = longestRestSeconds(lifeSeconds)

  return ({ id, path }: { readonly id: string; readonly path: string }): string => {
    const nowMs = now()
    const known = remembered.get(id)
    const leftSeconds = known === undefined ? 0 : known.endSeconds - Math.floor(nowMs / 1000)
    if (known !== undefined && leftSeconds >= lifeSeconds && leftSeconds < longestSeconds) return known.query
    const choice = { path, covers: 'photo', expiresInSeconds: lifeSeconds } as const
    const query = signMediaUrl(choice, { signer, maxLifeSeconds, nowMs })
    remembered.set(id, { query, endSeconds: Number(new URLSearchParams(query).get('e')) })
    return query
  }
}
