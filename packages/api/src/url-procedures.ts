import type { SignatureCover, SignedUrl } from '@tintype/contract'
import type { CallOptions } from './procedures.ts'

/** Which media URLs are signed: those of one photo, or of each path. */
export interface UrlSignInput {
  /** UUIDv7 in lower case; the answer has one URL. Either this or `paths`. */
  readonly photoId?: string | undefined
  /** 1 to 100 paths below the base path, such as `/media/{id}/thumb.webp`. */
  readonly paths?: readonly string[] | undefined
  /** @default `photo` for a photo, `path` for paths */
  readonly covers?: SignatureCover | undefined
  /** `never` is for public photos only. @default 3600 */
  readonly expiresInSeconds?: number | 'never' | undefined
  /** Whether browsers save the image instead of showing it. */
  readonly download?: boolean | undefined
}

/** Calls about signed media URLs. */
export interface UrlProcedures {
  /**
   * Signs media URLs, in the order of the paths.
   *
   * @throws TintypeError `PHOTO_NOT_FOUND`
   */
  readonly sign: { mutate(input: UrlSignInput, options?: CallOptions): Promise<readonly SignedUrl[]> }
}
