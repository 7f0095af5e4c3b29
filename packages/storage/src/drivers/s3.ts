import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import type { BlobReader, BlobStore, Presigning } from '../blob-store.ts'
import { createCallTracker } from '../call-tracker.ts'
import { type Bucket, type BucketLocation, objectKey, openBucket, probePrefix } from './s3/bucket.ts'
import { checkBucket, confirmReachable, probePut } from './s3/check-bucket.ts'
import { readFailure } from './s3/engine-failure.ts'
import { statObject } from './s3/head-object.ts'
import { claimBucket, readClaim } from './s3/library/claim-object.ts'
import { listBlobs, listForeign } from './s3/list-objects.ts'
import { openObject } from './s3/open-object.ts'
import { createPresigning } from './s3/presign-objects.ts'
import { putBlob } from './s3/put-blob.ts'
import { rememberProbe } from './s3/remembered-probe.ts'
import { removeUnfinished } from './s3/remove-unfinished.ts'
import { toS3Error } from './s3/to-s3-error.ts'
import { callTimeoutMs, withDeadline } from './s3/with-deadline.ts'

/** Where a store's objects are, and who gets the warnings of its start. */
export interface S3BlobStoreOptions extends BucketLocation {
  /** Called at the start with what the engine does not do, such as conditional puts, and if the start waits for it. */
  readonly onWarning?: ((warning: string) => void) | undefined
  /** Milliseconds that the start waits for an engine that cannot be reached or is busy. Default: 0, one try. */
  readonly openPatienceMs?: number | undefined
}

/**
 * Opens a store in a bucket of an S3 engine, and proves that it can be used: it puts, lists and deletes a small object. A blob is
 * the object named by the prefix and its key.
 *
 * Every put sends the length and the SHA-256 digest of its bytes. Files of 64 MiB and more are sent in parts. If the outcome of a
 * put is unknown, the object is looked at: its metadata has the id of the put that stored it.
 *
 * @throws STORAGE_UNAVAILABLE, with a message for the operator: the bucket, the region, the credentials or TLS
 */
export async function openS3BlobStore({
  onWarning,
  openPatienceMs = 0,
  ...location
}: S3BlobStoreOptions): Promise<BlobStore> {
  const bucket = openBucket(location)
  let presigning: Presigning
  try {
    const { warnings } = await checkBucket(bucket, { patienceMs: openPatienceMs, onWarning })
    for (const warning of warnings) onWarning?.(warning)
    presigning = await createPresigning(bucket)
  } catch (error) {
    bucket[Symbol.dispose]()
    throw error
  }
  const { tracked, settled } = createCallTracker(toS3Error)
  const probe = rememberProbe(() => tracked(probeBucket(bucket)))
  return {
    put: (key, source, options) => tracked(putBlob(bucket, { key, source, options }), options.signal),
    delete: (key) => tracked(remove(bucket, key)),
    claim: (claim) => tracked(claimBucket(bucket, claim)),
    removeUnfinished: (before) => tracked(removeUnfinished(bucket, before)),
    probe,
    presigning: { ...presigning, sign: (key, request) => tracked(presigning.sign(key, request)) },
    ...readBucket(bucket, tracked),
    async [Symbol.asyncDispose]() {
      await settled()
      bucket[Symbol.dispose]()
    },
  }
}

/**
 * Opens a store in a bucket for reading only, also while servers use it. Writes nothing.
 *
 * @throws STORAGE_UNAVAILABLE, with a message for the operator
 */
export async function openS3BlobReader(location: BucketLocation): Promise<BlobReader> {
  const bucket = openBucket(location)
  try {
    await confirmReachable(bucket)
  } catch (error) {
    bucket[Symbol.dispose]()
    throw error
  }
  const { tracked, settled } = createCallTracker(toS3Error)
  return {
    ...readBucket(bucket, tracked),
    async [Symbol.asyncDispose]() {
      await settled()
      bucket[Symbol.dispose]()
    },
  }
}

function readBucket(
  bucket: Bucket,
  tracked: <T>(work: Promise<T>) => Promise<T>,
): Omit<BlobReader, 'localPath' | typeof Symbol.asyncDispose> {
  return {
    open: (key, options) => tracked(openObject(bucket, { key, range: options?.range })),
    stat: (key) => tracked(statObject(bucket, key)),
    list: (prefix) => listBlobs(bucket, prefix),
    listAfter: (prefix, after) => listBlobs(bucket, prefix, after),
    listForeign: () => listForeign(bucket),
    readClaim: () => tracked(readClaim(bucket)),
  }
}

async function remove(bucket: Bucket, key: string): Promise<void> {
  const { client, location } = bucket
  const command = new DeleteObjectCommand({ Bucket: location.bucket, Key: objectKey(bucket, key) })
  try {
    await withDeadline(callTimeoutMs, (abortSignal) => client.send(command, { abortSignal }))
  } catch (error) {
    if (readFailure(error).kind !== 'absent') throw error
  }
}

async function probeBucket(bucket: Bucket): Promise<void> {
  const target = {
    Bucket: bucket.location.bucket,
    Key: objectKey(bucket, `${probePrefix}${crypto.randomUUID()}`),
  }
  await withDeadline(callTimeoutMs, async (abortSignal) => {
    await bucket.client.send(probePut(target), { abortSignal })
    await bucket.client.send(new DeleteObjectCommand(target), { abortSignal })
  })
}
