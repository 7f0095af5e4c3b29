import type { PhotoRecord } from './photo-catalog.ts'

/** A record that shares nothing with the given one. */
export function copyPhoto(photo: PhotoRecord): PhotoRecord {
  return { ...photo, tags: [...photo.tags], metadata: structuredClone(photo.metadata) }
}
