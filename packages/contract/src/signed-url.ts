/**
 * The paths that a signature covers: one path; every rendition of the photo with a preset's name or a width of the ladder
 * (`renditions`), so that one signature serves a whole `srcset`; those and the original (`photo`).
 */
export const signatureCovers = ['path', 'renditions', 'photo'] as const
export type SignatureCover = (typeof signatureCovers)[number]

/** A media URL that is signed. */
export interface SignedUrl {
  /** Root-relative unless the server has a public URL. */
  readonly url: string
  /** The part of `url` after the question mark. It is valid with every path that the signature covers. */
  readonly query: string
  /** ISO 8601, UTC; `null` if the URL has no end. */
  readonly expiresAt: string | null
}
