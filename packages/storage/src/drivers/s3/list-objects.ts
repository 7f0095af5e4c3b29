import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { type BlobKey, isBlobKey } from '../../blob-key.ts'
import type { BlobStat } from '../../blob-store.ts'
import { type Bucket, objectKey, probePrefix } from './bucket.ts'
import { toBlobStat } from './head-object.ts'
import { unlistedName } from './library/claim-object.ts'
import { toS3Error } from './to-s3-error.ts'
import { callTimeoutMs, withDeadline } from './with-deadline.ts'

/** All blobs whose key starts with `prefix` and comes after `after`, in the order of keys, a page of 1000 at a time. */
export async function* listBlobs(bucket: Bucket, prefix: string, after?: string): AsyncGenerator<BlobStat> {
  for await (const { key, ...facts } of listObjects(bucket, prefix, after))
    if (isBlobKey(key)) yield toBlobStat(key as BlobKey, facts)
}

/** Names of the objects that cannot be blobs. */
export async function* listForeign(bucket: Bucket): AsyncGenerator<string> {
  for await (const { key } of listObjects(bucket, ''))
    if (!isBlobKey(key) && key !== unlistedName && !key.startsWith(probePrefix)) yield key
}

async function* listObjects(bucket: Bucket, prefix: string, after?: string) {
  const { client, location } = bucket
  const Prefix = objectKey(bucket, prefix)
  let ContinuationToken: string | undefined
  do {
    const command = new ListObjectsV2Command({
      Bucket: location.bucket,
      Prefix,
      ...(after && { StartAfter: objectKey(bucket, after) }),
      ...(ContinuationToken && { ContinuationToken }),
    })
    const page = await withDeadline(callTimeoutMs, (abortSignal) =>
      client.send(command, { abortSignal }),
    ).catch((error: unknown) => {
      throw toS3Error(error)
    })
    for (const { Key = '', ...facts } of page.Contents ?? [])
      yield { key: Key.slice(location.prefix.length), ...facts }
    ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined
  } while (ContinuationToken !== undefined)
}
