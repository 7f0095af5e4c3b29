import type { PhotoFormat } from './photo.ts'

/** Which callers can see a photo: all that have its URL, or only those with a right to it. */
export const visibilities = ['public', 'private'] as const
export type Visibility = (typeof visibilities)[number]

/** Data of the application about a photo. Plain JSON values. */
export type PhotoMetadata = Readonly<Record<string, unknown>>

/** The values and limits of every photo that is uploaded with a token. */
export interface UploadTerms {
  /** Owner of the photos, 1 to 200 visible ASCII characters; absent for photos without an owner. */
  readonly owner?: string | undefined
  /** How many photos may be made, 1 to 100. */
  readonly uses: number
  /** Bytes of one original. */
  readonly maxByteSize?: number | undefined
  readonly formats?: readonly PhotoFormat[] | undefined
  /** Width × height; of an animation, of one frame. */
  readonly maxPixels?: number | undefined
  readonly visibility?: Visibility | undefined
  readonly tags?: readonly string[] | undefined
  readonly title?: string | undefined
  readonly alt?: string | undefined
  /** At most 4 KiB as JSON. A JWT's caller cannot set it. */
  readonly metadata?: PhotoMetadata | undefined
  /** SHA-256 of the only bytes that are accepted, 64 lower-case hex digits. */
  readonly sha256?: string | undefined
  /** The `Origin` that a request must have, as browsers send it. */
  readonly origin?: string | undefined
}

/** What the holder of an upload token may do, as its signature proves. */
export interface UploadGrant extends UploadTerms {
  /** Of the token: 96 random bits, 16 characters of base64url. */
  readonly id: string
  /** Name of the caller that made the token: `env:{kid}:{mac}`, `key:{id}`, `jwt:{owner}`, `local` or `local:{owner}`. When a key ends, its tokens end. */
  readonly key: string
  /** Unix time, seconds. */
  readonly issuedAtSeconds: number
  /** Unix time, seconds. The token is valid before this moment. */
  readonly expiresAtSeconds: number
}

/** A new upload token, for the browser that uploads. */
export interface UploadToken {
  /** Sent as `Authorization: Bearer {token}`. */
  readonly token: string
  /** For `tokens.revoke`, log and audit: 16 characters. */
  readonly id: string
  /** ISO 8601, UTC. */
  readonly expiresAt: string
  /** Where to send the photo; root-relative unless the server has a public URL. */
  readonly url: string
}
