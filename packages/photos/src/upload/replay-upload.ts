import type { PhotoCatalog, PhotoRecord } from '@tintype/catalog'
import { TintypeError } from '@tintype/contract'

/**
 * The photo that an upload with this idempotency key made before; `undefined` where none did.
 *
 * @throws IDEMPOTENCY_CONFLICT where the key came with other bytes
 */
export async function replayUpload(
  key: string | undefined,
  sha256: string,
  catalog: PhotoCatalog,
): Promise<PhotoRecord | undefined> {
  const earlier = key === undefined ? undefined : await catalog.getByIdempotencyKey(key)
  return earlier && sameBytes(earlier, sha256)
}

/** The earlier photo, if it has these bytes. @throws IDEMPOTENCY_CONFLICT */
export function sameBytes(earlier: PhotoRecord, sha256: string): PhotoRecord {
  if (earlier.sha256 === sha256) return earlier
  const detail = 'This Idempotency-Key came before with other bytes; use a new key for a new photo'
  throw new TintypeError('IDEMPOTENCY_CONFLICT', detail)
}
