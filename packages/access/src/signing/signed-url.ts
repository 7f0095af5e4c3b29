import {
  type MediaReference,
  parseMediaPath,
  parseRenditionName,
  type SignatureCover,
  TintypeError,
} from '@tintype/contract'
import { type Signer, secretIdPattern } from './signing-secrets.ts'
import { endOfWindow, longestRestSeconds } from './signing-window.ts'

/** What is to be signed. */
export interface MediaUrlWish {
  /** `/media/…` without a base path, as it stands in the URL. */
  readonly path: string
  /** @default 'path' */
  readonly covers?: SignatureCover | undefined
  /** Whether browsers save the image instead of showing it. */
  readonly isDownload?: boolean | undefined
  /** Whole seconds, at least 1; `never` is for public photos only. */
  readonly expiresInSeconds: number | 'never'
}

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

const coverLetters = { path: '', renditions: 'r', photo: 'a' } as const satisfies Record<
  SignatureCover,
  string
>
/** This order, these letters, nothing else: what is not covered by the signature cannot be in the URL (threat B216). */
const grammar = new RegExp(
  `^(?<d>d=1&)?(?:p=(?<p>[ra])&)?e=(?<e>0|[1-9]\\d{9})&k=(?<k>${secretIdPattern})&s=(?<s>[\\w-]{43})$`,
)

/**
 * Signs a media URL.
 *
 * @see docs/adr/0024-signed-urls-end-in-windows.md
 * @param options.isPublic whether the photo is public now, which a URL without an end needs
 * @returns the query, without its question mark; the same one for a quarter of the life
 * @throws INVALID_REQUEST for a path that is not covered, or a life that is too long
 */
export function signMediaUrl(
  { path, covers = 'path', isDownload = false, expiresInSeconds }: MediaUrlWish,
  { signer, maxLifeSeconds, nowMs, isPublic = false }: SignedUrlOptions & { readonly isPublic?: boolean },
): string {
  const reference = mediaReferenceOf(path)
  const subject = reference && subjectOf(path, reference, coverLetters[covers])
  if (reference === undefined || subject === undefined)
    throw new TintypeError(
      'INVALID_REQUEST',
      `Expected the path of a photo or a rendition that "${covers}" covers`,
    )
  if (expiresInSeconds === 'never' ? !isPublic : !isLife(expiresInSeconds, maxLifeSeconds))
    throw new TintypeError(
      'INVALID_REQUEST',
      `Expected a life of 1 to ${maxLifeSeconds} whole seconds. Only URLs of public photos can be without an end`,
      { facts: { limit: maxLifeSeconds } },
    )
  const e =
    expiresInSeconds === 'never'
      ? 0
      : endOfWindow(reference.id, { lifeSeconds: expiresInSeconds, nowSeconds: Math.floor(nowMs / 1000) })
  const k = signer.kid
  const s = signer.sign('media-url', textOf({ subject, isDownload, e: String(e), k }))
  const p = covers === 'path' ? '' : `p=${coverLetters[covers]}&`
  return `${isDownload ? 'd=1&' : ''}${p}e=${e}&k=${k}&s=${s}`
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
  const reference = mediaReferenceOf(path)
  const subject = reference && subjectOf(path, reference, p)
  const isDownload = d !== undefined
  if (subject === undefined || !signer.verify('media-url', k, textOf({ subject, isDownload, e, k }), s))
    throw refuseSignature('Expected the query exactly as it was signed for this path')
  if (e === '0') return { isDownload, secondsLeft: undefined }
  const secondsLeft = Number(e) - Math.floor(nowMs / 1000)
  if (secondsLeft <= 0) throw new TintypeError('URL_EXPIRED', 'The time of this URL is over. Get a new one')
  if (secondsLeft > longestRestSeconds(maxLifeSeconds))
    throw refuseSignature(`Expected a URL that was signed for at most ${maxLifeSeconds} seconds`)
  return { isDownload, secondsLeft }
}

const refuseSignature = (detail: string) => new TintypeError('INVALID_SIGNATURE', detail)

const isLife = (seconds: number, maxLifeSeconds: number) =>
  Number.isInteger(seconds) && seconds >= 1 && seconds <= maxLifeSeconds

/** The media that a path below the base path names; `undefined` if it names none. */
export function mediaReferenceOf(path: string): MediaReference | undefined {
  return path.startsWith('/media/') ? parseMediaPath(path.slice('/media'.length)) : undefined
}

/** What the signature names; `undefined` if a signature of this kind does not cover the path. */
function subjectOf(path: string, reference: MediaReference, p: string): string | undefined {
  if (p === '') return path
  const isCovered =
    reference.kind === 'original' ? p === 'a' : parseRenditionName(reference.name)?.isCustom === false
  if (!isCovered) return undefined
  // no path has a star, so neither subject can be that of a single path
  return p === 'r' ? `/media/${reference.id}/*` : `/media/${reference.id}*`
}

function textOf(options: {
  readonly subject: string
  readonly isDownload: boolean
  readonly e: string
  readonly k: string
}): string {
  const { subject, isDownload, e, k } = options
  return `tintype-url-1\nGET\n${subject}\n${isDownload ? 'attachment' : 'inline'}\n${e}\n${k}`
}
