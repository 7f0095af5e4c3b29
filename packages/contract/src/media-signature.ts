import { TintypeError } from './errors.ts'
import { type MediaReference, parseMediaPath } from './media-urls.ts'
import { parseRenditionName } from './renditions.ts'
import type { SignatureCover } from './signed-url.ts'
import { endOfWindow } from './signing-window.ts'

/** What is to be signed. */
export interface MediaUrlChoice {
  /** `/media/…` without a base path, as it stands in the URL. */
  readonly path: string
  /** @default 'path' */
  readonly covers?: SignatureCover | undefined
  /** Whether browsers save the image instead of showing it. */
  readonly isDownload?: boolean | undefined
  /** Whole seconds, at least 1; `never` is for public photos only. */
  readonly expiresInSeconds: number | 'never'
}

/** What signing works with. The server and back ends give their own cryptography. */
export interface MediaSigning {
  /** Id of the secret that signs: 1 to 8 of `a-z0-9`. */
  readonly kid: string
  /** HMAC-SHA-256 of a text with the key for media URLs: 43 characters of base64url. */
  readonly mac: (text: string) => string
  /** The first four bytes of a text's SHA-256, as a big-endian number. */
  readonly hash: (text: string) => number
  /** The longest life that can be signed, in seconds. */
  readonly maxLifeSeconds: number
  /** Unix time, milliseconds. */
  readonly nowMs: number
  /** Whether the photo is public now, which a URL without an end needs. */
  readonly isPublic?: boolean | undefined
}

const coverLetters = { path: '', renditions: 'r', photo: 'a' } as const satisfies Record<
  SignatureCover,
  string
>

/**
 * Signs a media URL.
 *
 * @see docs/adr/0024-signed-urls-end-in-windows.md
 * @returns the query, without its question mark; the same one for a quarter of the life
 * @throws INVALID_REQUEST for a path that is not covered, or a life that is too long
 */
export function writeMediaSignature(
  { path, covers = 'path', isDownload = false, expiresInSeconds }: MediaUrlChoice,
  { kid, mac, hash, maxLifeSeconds, nowMs, isPublic = false }: MediaSigning,
): string {
  const id = mediaReferenceOf(path)?.id
  const subject = signatureSubjectOf(path, coverLetters[covers])
  if (id === undefined || subject === undefined)
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
  const end =
    expiresInSeconds === 'never'
      ? 0
      : endOfWindow(hash(id), { lifeSeconds: expiresInSeconds, nowSeconds: nowMs / 1000 })
  const [e, k] = [String(end), kid]
  const p = covers === 'path' ? '' : `p=${coverLetters[covers]}&`
  return `${isDownload ? 'd=1&' : ''}${p}e=${e}&k=${k}&s=${mac(signatureTextOf({ subject, isDownload, e, k }))}`
}

const isLife = (seconds: number, maxLifeSeconds: number) =>
  Number.isInteger(seconds) && seconds >= 1 && seconds <= maxLifeSeconds

/** The media that a path below the base path names; `undefined` if it names none. */
export function mediaReferenceOf(path: string): MediaReference | undefined {
  return path.startsWith('/media/') ? parseMediaPath(path.slice('/media'.length)) : undefined
}

/**
 * What a signature names; `undefined` if the path names no media, or if a signature of this kind does not cover it.
 *
 * @param p as in the URL: `r` for all renditions, `a` for those and the original, nothing for the path alone
 */
export function signatureSubjectOf(path: string, p: string): string | undefined {
  const reference = mediaReferenceOf(path)
  if (reference === undefined || p === '') return reference && path
  const isCovered =
    reference.kind === 'original' ? p === 'a' : parseRenditionName(reference.name)?.isCustom === false
  if (!isCovered) return undefined
  // no path has a star, so neither subject can be that of a single path
  return p === 'r' ? `/media/${reference.id}/*` : `/media/${reference.id}*`
}

/** The text whose MAC is the signature. `e` and `k` are as in the URL. */
export function signatureTextOf(options: {
  readonly subject: string
  readonly isDownload: boolean
  readonly e: string
  readonly k: string
}): string {
  const { subject, isDownload, e, k } = options
  return `tintype-url-1\nGET\n${subject}\n${isDownload ? 'attachment' : 'inline'}\n${e}\n${k}`
}
