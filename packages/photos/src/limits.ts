import type { PhotoFormat } from '@tintype/contract'

/** Limits of every upload, however its bytes arrive. */
export interface UploadLimits {
  readonly maxUploadByteSize: number
  readonly allowedFormats: readonly PhotoFormat[]
  /** Width × height; of an animation, of one frame. */
  readonly maxPixels: number
  readonly maxAvifPixels: number
  /** Pixels of one side. */
  readonly maxSide: number
  readonly maxFrames: number
}
