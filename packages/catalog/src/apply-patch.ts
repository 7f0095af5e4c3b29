import type { PhotoPatch, PhotoRecord } from './photo-catalog.ts'

/** The photo after the patch: a new object that shares nothing with its sources. */
export function applyPatch(photo: PhotoRecord, patch: PhotoPatch): PhotoRecord {
  const { title = photo.title, alt = photo.alt, tags = photo.tags } = patch
  const { visibility = photo.visibility, metadata = photo.metadata } = patch
  return { ...photo, title, alt, tags: [...tags], visibility, metadata: structuredClone(metadata) }
}
