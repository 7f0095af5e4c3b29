import type { PhotoFormat } from '@tintype/contract'

/** What an upload may be. One set, whichever way it comes. */
export interface UploadLimits {
  readonly maxUploadByteSize: number
  readonly allowedFormats: readonly PhotoFormat[]
  /** Width × height × frames. */
  readonly maxPixels: number
  readonly maxAvifPixels: number
  /** Pixels of one side. */
  readonly maxSide: number
  readonly maxFrames: number
}

/** Limits of a form's shape. @see docs/http-api.md; RFC 2046 §5.1.1 for the boundary */
export const formLimits = {
  parts: 20,
  fields: 16,
  fieldByteSize: 64 * 1024,
  fieldNameByteSize: 100,
  headerPairs: 2000,
  boundaryLength: 70,
} as const

/** Bytes that a form may add to its file: every field full, plus headers and boundaries. */
export const formOverheadByteSize =
  (formLimits.fields + 1) * formLimits.fieldByteSize + formLimits.parts * 16 * 1024
