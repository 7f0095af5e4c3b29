import { HeadBucketCommand, HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import type { BlobKey } from '../../blob-key.ts'
import type { BlobStat } from '../../blob-store.ts'
import { type Bucket, objectKey } from './bucket.ts'
import { readFailure } from './engine-failure.ts'
import { callTimeoutMs, withDeadline } from './with-deadline.ts'

/** What the engine knows of an object; `undefined` if there is none. Throws if the bucket is missing. */
export async function headObject(
  bucket: Bucket,
  key: string,
  timeoutMs = callTimeoutMs,
): Promise<HeadObjectCommandOutput | undefined> {
  const { client, location } = bucket
  const command = new HeadObjectCommand({ Bucket: location.bucket, Key: objectKey(bucket, key) })
  try {
    return await withDeadline(timeoutMs, (abortSignal) => client.send(command, { abortSignal }))
  } catch (error) {
    if (readFailure(error).kind !== 'absent') throw error
    await confirmBucket(bucket)
    return undefined
  }
}

/** The answer to a HEAD has no body, so that a missing bucket looks like a missing object. */
async function confirmBucket({ client, location }: Bucket): Promise<void> {
  const command = new HeadBucketCommand({ Bucket: location.bucket })
  try {
    await withDeadline(callTimeoutMs, (abortSignal) => client.send(command, { abortSignal }))
  } catch (error) {
    if (readFailure(error).kind !== 'absent') throw error
    throw Object.assign(new Error('The bucket does not exist'), { name: 'NoSuchBucket' })
  }
}

/** The stat of a blob; `undefined` if there is none. */
export async function statObject(bucket: Bucket, key: BlobKey): Promise<BlobStat | undefined> {
  const head = await headObject(bucket, key)
  return (
    head && toBlobStat(key, { ETag: head.ETag, Size: head.ContentLength, LastModified: head.LastModified })
  )
}

/** A stat that is the same from HEAD, which has whole seconds and quotes, and from LIST. */
export function toBlobStat(
  key: BlobKey,
  facts: {
    readonly ETag?: string | undefined
    readonly Size?: number | undefined
    readonly LastModified?: Date | undefined
  },
): BlobStat {
  return {
    key,
    byteSize: facts.Size ?? 0,
    modifiedAtMs: Math.floor((facts.LastModified?.getTime() ?? 0) / 1000) * 1000,
    version: facts.ETag?.replaceAll('"', '') ?? '',
  }
}
