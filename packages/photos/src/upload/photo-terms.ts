import type { GrantUse, Quota } from '@tintype/catalog'
import type { PhotoFormat, PhotoMetadata, Visibility } from '@tintype/contract'
import type { UploadLimits } from '../limits.ts'

/** What the sender's rights fix about a photo, and which limits they set. The client decides everything else. */
export interface PhotoTerms {
  /** The owner of the photo; `null` for none. */
  readonly owner: string | null
  readonly visibility: Visibility
  readonly metadata: PhotoMetadata | null
  /** The credential, as audit records name it; `null` if none was needed. */
  readonly uploadedBy: string | null
  /** Counted with the photo's row. */
  readonly grant?: GrantUse | undefined
  readonly quotas?: readonly Quota[] | undefined
  /** Width × height; of an animation, of one frame. */
  readonly maxPixels?: number | undefined
}

/** Limits of one upload that are tighter than the server's. */
export interface TighterLimits {
  readonly maxUploadByteSize?: number | undefined
  readonly allowedFormats?: readonly PhotoFormat[] | undefined
}

/** The limits of one upload: the smaller of each two. */
export function tighten(limits: UploadLimits, tighter: TighterLimits): UploadLimits {
  const { maxUploadByteSize = limits.maxUploadByteSize, allowedFormats = limits.allowedFormats } = tighter
  return {
    ...limits,
    maxUploadByteSize: Math.min(limits.maxUploadByteSize, maxUploadByteSize),
    allowedFormats: limits.allowedFormats.filter((format) => allowedFormats.includes(format)),
  }
}

/** The terms of an open server: the photo has no owner, and everyone may read it. */
export const openTerms: PhotoTerms = {
  owner: null,
  visibility: 'public',
  metadata: null,
  uploadedBy: null,
}
