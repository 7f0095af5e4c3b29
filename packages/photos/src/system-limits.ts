import { fileTypes, ladder, presets, renditionFormats, type SystemLimits } from '@tintype/contract'
import type { UploadLimits } from './limits.ts'
import { type EagerRenditions, listEager } from './renditions/eager-renditions.ts'

/** What clients may read of the limits of uploads, with the renditions that every photo has, and those made in advance. */
export function toSystemLimits(limits: UploadLimits, eager: EagerRenditions): SystemLimits {
  const { allowedFormats, maxUploadByteSize, maxPixels, maxAvifPixels, maxSide, maxFrames } = limits
  const mimeTypes = allowedFormats.map((format) => fileTypes[format].mimeType)
  const sizes = { maxUploadByteSize, maxPixels, maxAvifPixels, maxSide, maxFrames }
  const renditions = { presets, widths: ladder, renditionFormats, eager: listEager(eager) }
  return { formats: allowedFormats, mimeTypes, ...sizes, ...renditions }
}
