import { GetObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { BlobKey } from '../../blob-key.ts'
import type { PresignedUrl, Presigning, PresignRequest } from '../../blob-store.ts'
import { type Bucket, createClient, objectKey, probePrefix } from './bucket.ts'

/** Signs URLs of a bucket's objects. Makes no request besides those of the SDK for credentials and the region. */
export async function createPresigning(bucket: Bucket): Promise<Presigning> {
  const { client, location } = bucket
  const { publicEndpoint } = location
  // Its agents are never used: it only signs.
  const signers = {
    proxy: client,
    client:
      publicEndpoint === undefined
        ? client
        : createClient({ ...location, endpoint: publicEndpoint }, client.config.credentials),
  }

  async function sign(key: string, request: PresignRequest): Promise<PresignedUrl> {
    const { reader, signedAtMs, cacheControl, contentDisposition } = request
    const { expiration } = await client.config.credentials()
    const endsAtMs = Math.min(request.endsAtMs, expiration?.getTime() ?? request.endsAtMs)
    const command = new GetObjectCommand({
      Bucket: location.bucket,
      Key: objectKey(bucket, key),
      ResponseCacheControl: cacheControl,
      ...(contentDisposition !== undefined && { ResponseContentDisposition: contentDisposition }),
    })
    const url = await getSignedUrl(signers[reader], command, {
      signingDate: new Date(signedAtMs),
      expiresIn: Math.floor((endsAtMs - signedAtMs) / 1000),
    })
    return { url, endsAtMs }
  }

  const nowMs = Date.now()
  const { url } = await sign(`${probePrefix}origin`, {
    reader: 'client',
    signedAtMs: nowMs,
    endsAtMs: nowMs + 60_000,
    cacheControl: 'no-store',
  })
  return { clientOrigin: new URL(url).origin, sign: (key: BlobKey, request) => sign(key, request) }
}
