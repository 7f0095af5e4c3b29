import type { Photo, PhotoId } from '@tintype/client'

/** Thumbhashes of the same gradient, 32 × 20 px: one opaque, one that fades in from the left. */
export const placeholders = {
  opaque: '2wgKNJqAh4eAiIiHeIeAgAf4hw==',
  transparent: 'n1mGG4w3s4ewh4ezsDf7dICHiIiHeHg=',
}

/** A photo as the server describes it. Photos with a higher number are newer. */
export function makePhoto(number: number, changes: Partial<Photo> = {}): Photo {
  const id = `0198c0de-0000-7000-8000-${String(number).padStart(12, '0')}` as PhotoId
  return {
    id,
    url: `/media/${id}.jpg`,
    thumbnail: { url: `/media/${id}/thumb.webp`, width: 300, height: 188 },
    filename: `photo-${number}.jpg`,
    byteSize: 1000 + number,
    sha256: String(number).padStart(64, '0'),
    format: 'jpeg',
    mimeType: 'image/jpeg',
    width: 1600,
    height: 1000,
    placeholder: placeholders.opaque,
    title: null,
    alt: null,
    tags: [],
    createdAt: new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString(),
    takenAt: null,
    owner: null,
    visibility: 'public',
    metadata: null,
    ...changes,
  }
}
