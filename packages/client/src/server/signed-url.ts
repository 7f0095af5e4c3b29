import { createHash, createHmac } from 'node:crypto'
import {
  type MediaUrlChoice,
  type Photo,
  type SignatureCover,
  TintypeError,
  writeMediaSignature,
} from '@tintype/contract'
import {
  type MediaBase,
  type MediaChoice,
  mediaBaseOf,
  mediaPathOf,
  type PhotoReference,
} from '../media-url.ts'

/** Which URL of a photo is signed, and for how long. */
export type SignedUrlChoice = MediaChoice & {
  /**
   * What the signature is valid for: this URL; every rendition with a preset's name or a width of the ladder (`renditions`);
   * or those and the original (`photo`). The original can tell when and where the picture was taken.
   *
   * @default 'path'
   */
  readonly covers?: SignatureCover | undefined
  /**
   * Whole seconds, 1 to 604 800; no more than the server's `TINTYPE_SIGNED_URL_MAX_AGE`. The URL is valid for up to a quarter
   * longer, because the same URL comes out for a quarter of that time. `never` is for public photos only.
   *
   * @default 3600
   */
  readonly expiresInSeconds?: MediaUrlChoice['expiresInSeconds'] | undefined
  /** Whether browsers save the image instead of showing it. */
  readonly download?: boolean | undefined
  /**
   * The time at which it is signed: Unix time, milliseconds.
   *
   * @default now
   */
  readonly nowMs?: number | undefined
}

/** A photo, or the part of one that its signed URL is made from. */
export type SignablePhoto = Pick<PhotoReference, 'id' | 'url' | 'format' | 'width'> &
  Partial<Pick<Photo, 'visibility'>>

/** The longest that any server accepts. */
const maxLifeSeconds = 604_800

/** Signs media URLs with one key. */
export type SignUrl = (photo: SignablePhoto, choice: SignedUrlChoice & MediaBase) => string

/**
 * Makes the function that signs media URLs, without a request to the server.
 *
 * @param signingKey `ID:KEY`, as `tintype keys derive media-url` prints it
 * @throws TintypeError `INVALID_REQUEST` if it is not such a key; the message does not repeat it
 */
export function createUrlSigner(signingKey: string): SignUrl {
  const [, kid, encoded] = /^([a-z0-9]{1,8}):([\w-]{43})$/.exec(signingKey.trim()) ?? []
  if (kid === undefined || encoded === undefined)
    throw new TintypeError(
      'INVALID_REQUEST',
      'The signingKey is not valid: expected ID:KEY, as "tintype keys derive media-url" prints it',
    )
  const key = Buffer.from(encoded, 'base64url')
  return (photo, { covers, expiresInSeconds = 3600, download, nowMs = Date.now(), url, ...choice }) => {
    const path = mediaPathOf(photo, choice)
    const query = writeMediaSignature(
      { path, covers, isDownload: download, expiresInSeconds },
      {
        kid,
        mac: (text) => createHmac('sha256', key).update(text).digest('base64url'),
        hash: (text) => createHash('sha256').update(text).digest().readUInt32BE(),
        maxLifeSeconds,
        nowMs,
        isPublic: photo.visibility === 'public',
      },
    )
    return `${mediaBaseOf(photo, url)}${path}?${query}`
  }
}
