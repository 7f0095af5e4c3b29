import { fileTypes, ladder, presets, renditionFormats, type SystemLimits } from '@tintype/contract'
import type { UploadLimits } from './limits.ts'

/** What clients may read of the limits of uploads, with the renditions that every photo has. */
export function toSystemLimits(limits: UploadLimits): SystemLimits {
  const { allowedFormats, maxUploadByteSize, maxPixels, maxAvifPixels, maxSide, maxFrames } = limits
  const mimeTypes = allowedFormats.map((format) => fileTypes[format].mimeType)
  const sizes = { maxUploadByteSize, maxPixels, maxAvifPixels, maxSide, maxFrames }
  return { formats: allowedFormats, mimeTypes, ...sizes, presets, widths: ladder, renditionFormats }
}
