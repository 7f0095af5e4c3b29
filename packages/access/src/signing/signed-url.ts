import {
  longestRestSeconds,
  type MediaUrlChoice,
  signatureSubjectOf,
  signatureTextOf,
  TintypeError,
  writeMediaSignature,
} from '@tintype/contract'
import { digestOf } from './digests.ts'
import { type Signer, secretIdPattern } from './signing-secrets.ts'

/** What both sides work with. */
export interface SignedUrlOptions {
  readonly signer: Signer
  /** The longest life that can be signed, in seconds. */
  readonly maxLifeSeconds: number
  /** Unix time, milliseconds. */
  readonly nowMs: number
}

/** A media URL whose signature is valid. */
export interface VerifiedMediaUrl {
  readonly isDownload: boolean
  /** Seconds until the signature ends; `undefined` if it has no end. Then it is valid for a public photo only. */
  readonly secondsLeft: number | undefined
}

/** This order, these letters, nothing else: what is not covered by the signature cannot be in the URL (threat B216). */
const grammar = new RegExp(
  `^(?<d>d=1&)?(?:p=(?<p>[ra])&)?e=(?<e>0|[1-9]\\d{9})&k=(?<k>${secretIdPattern})&s=(?<s>[\\w-]{43})$`,
)

/**
 * Signs a media URL.
 *
 * @param options.isPublic whether the photo is public now, which a URL without an end needs
 * @returns the query, without its question mark; the same one for a quarter of the life
 * @throws INVALID_REQUEST for a path that is not covered, or a life that is too long
 */
export function signMediaUrl(
  choice: MediaUrlChoice,
  { signer, ...options }: SignedUrlOptions & { readonly isPublic?: boolean },
): string {
  return writeMediaSignature(choice, {
    ...options,
    kid: signer.kid,
    mac: (text) => signer.sign('media-url', text),
    hash: (text) => digestOf(text).readUInt32BE(),
  })
}

/**
 * Verifies the query of a media URL, before anything is looked up. Synchronous: the answer to a hot photo does not wait.
 *
 * @param path as it arrived, without a base path: nothing is decoded
 * @param query as it arrived, without its question mark
 * @throws INVALID_SIGNATURE for everything that was not signed exactly so
 * @throws URL_EXPIRED only if the signature is right
 */
export function verifyMediaUrl(
  path: string,
  query: string,
  { signer, maxLifeSeconds, nowMs }: SignedUrlOptions,
): VerifiedMediaUrl {
  const { d, p = '', e = '', k = '', s = '' } = grammar.exec(query)?.groups ?? {}
  const subject = signatureSubjectOf(path, p)
  const isDownload = d !== undefined
  if (
    subject === undefined ||
    !signer.verify('media-url', k, signatureTextOf({ subject, isDownload, e, k }), s)
  )
    throw refuseSignature('Expected the query exactly as it was signed for this path')
  if (e === '0') return { isDownload, secondsLeft: undefined }
  const secondsLeft = Number(e) - Math.floor(nowMs / 1000)
  if (secondsLeft <= 0) throw new TintypeError('URL_EXPIRED', 'The time of this URL is over. Get a new one')
  if (secondsLeft > longestRestSeconds(maxLifeSeconds))
    throw refuseSignature(`Expected a URL that was signed for at most ${maxLifeSeconds} seconds`)
  return { isDownload, secondsLeft }
}

const refuseSignature = (detail: string) => new TintypeError('INVALID_SIGNATURE', detail)
