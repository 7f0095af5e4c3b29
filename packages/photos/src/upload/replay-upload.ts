import type { IdempotencyKey, PhotoCatalog, PhotoRecord } from '@tintype/catalog'
import { TintypeError } from '@tintype/contract'

/** How an upload is recognised if it is sent again. */
export interface UploadIdentity {
  /** The same key with the same bytes gets the first upload's photo again. */
  readonly idempotencyKey?: string | undefined
  /** The caller that the key belongs to; without one it belongs to all callers that have no name. */
  readonly owner?: string | undefined
}

/** The upload's key as the catalog keeps it; `undefined` if it has none. */
export function idempotencyOf({ idempotencyKey, owner = '' }: UploadIdentity): IdempotencyKey | undefined {
  return idempotencyKey === undefined ? undefined : { owner, key: idempotencyKey }
}

/**
 * The photo that an upload with this idempotency key made before; `undefined` if there was none. It also finds the
 * photo of an upload that failed with an unknown outcome and was recorded all the same.
 *
 * @throws IDEMPOTENCY_CONFLICT if the key was used for other bytes
 */
export async function replayUpload(
  upload: UploadIdentity,
  sha256: string,
  catalog: PhotoCatalog,
): Promise<PhotoRecord | undefined> {
  const key = idempotencyOf(upload)
  const earlier = key && (await catalog.getByIdempotencyKey(key))
  return earlier && sameBytes(earlier, sha256)
}

/** The earlier photo, if it has these bytes. @throws IDEMPOTENCY_CONFLICT */
export function sameBytes(earlier: PhotoRecord, sha256: string): PhotoRecord {
  if (earlier.sha256 === sha256) return earlier
  const detail = 'This idempotency key was used before for other bytes. Use a new key for a new photo'
  throw new TintypeError('IDEMPOTENCY_CONFLICT', detail)
}
