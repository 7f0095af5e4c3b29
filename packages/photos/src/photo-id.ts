import { randomFillSync } from 'node:crypto'
import type { PhotoId } from '@tintype/contract'

/**
 * A new UUIDv7: 48 bits of time in milliseconds, 74 random bits.
 *
 * @see RFC 9562 §5.7
 */
export function newPhotoId(nowMs: number): PhotoId {
  const bytes = randomFillSync(Buffer.allocUnsafe(16))
  bytes.writeUIntBE(nowMs, 0, 6)
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = bytes.toString('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
  return parts.join('-') as PhotoId
}

/** When an id was made, ISO 8601, UTC: the one source of a photo's `createdAt`. */
export function createdAtOf(id: PhotoId): string {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toISOString()
}
