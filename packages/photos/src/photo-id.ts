import { randomUUID } from 'node:crypto'
import type { PhotoId } from '@tintype/contract'

/**
 * A new UUIDv7: 48 bits of time in milliseconds, 74 random bits.
 *
 * @see RFC 9562 §5.7
 */
export function newPhotoId(nowMs: number): PhotoId {
  const time = nowMs.toString(16).padStart(12, '0')
  // A UUIDv4 has the same variant and its random bits at the same places. Node reads those of many UUIDs at once.
  const [, , third = '', fourth, fifth] = randomUUID().split('-')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${third.slice(1)}-${fourth}-${fifth}` as PhotoId
}

/** When an id was made, ISO 8601, UTC: the one source of a photo's `createdAt`. */
export function createdAtOf(id: PhotoId): string {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toISOString()
}
