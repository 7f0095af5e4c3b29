import { randomBytes, randomInt } from 'node:crypto'
import type { PhotoId } from '@tintype/contract'
import type { PhotoRecord, RenditionRecord } from '../photo-catalog.ts'

/** A new photo with a unique, valid UUIDv7 and plausible members; `overrides` win. */
export function samplePhoto(overrides: Partial<PhotoRecord> = {}): PhotoRecord {
  return {
    id: samplePhotoId(),
    format: 'jpeg',
    byteSize: randomInt(1, 50_000_000),
    sha256: randomBytes(32).toString('hex'),
    width: 4032,
    height: 3024,
    thumbnailWidth: 300,
    thumbnailHeight: 225,
    placeholder: randomBytes(21).toString('base64'),
    filename: 'IMG_0001.jpg',
    title: null,
    alt: null,
    tags: [],
    createdAt: new Date().toISOString(),
    takenAt: null,
    owner: null,
    visibility: 'public',
    metadata: null,
    uploadedBy: null,
    ...overrides,
  }
}

/** A unique photo id. @see RFC 9562 §5.7 */
export function samplePhotoId(): PhotoId {
  const time = Date.now().toString(16).padStart(12, '0')
  const random = randomBytes(10).toString('hex')
  const fourth = `8${random.slice(3, 6)}`
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${fourth}-${random.slice(8)}` as PhotoId
}

/** A rendition of this photo: its thumbnail, changed by `overrides`. */
export function sampleRendition(
  photoId: PhotoId,
  overrides: Partial<Omit<RenditionRecord, 'photoId'>> = {},
): RenditionRecord {
  const sha256 = randomBytes(32).toString('hex')
  return {
    photoId,
    name: 'thumb',
    format: 'webp',
    width: 300,
    height: 225,
    byteSize: 9000,
    sha256,
    ...overrides,
  }
}
