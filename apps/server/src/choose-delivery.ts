import type { MediaDelivery } from '@tintype/http'
import type { BlobStore } from '@tintype/storage'
import type { Config } from './config/config.ts'

/** Who sends the bytes of media. */
export function chooseDelivery(
  { accelPrefix, mediaDelivery }: Config['http'],
  { presigning }: BlobStore,
): MediaDelivery {
  if (accelPrefix !== undefined) return { kind: 'accelerate', prefix: accelPrefix }
  return mediaDelivery === 'redirect' && presigning !== undefined
    ? { kind: 'redirect', origin: presigning.clientOrigin }
    : { kind: 'stream' }
}
