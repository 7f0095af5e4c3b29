import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
} from '@aws-sdk/client-s3'
import { type Bucket, objectKey } from './bucket.ts'
import { callTimeoutMs, withDeadline } from './with-deadline.ts'

/** Aborts uploads in parts that began before `before`; a killed process leaves them. Returns how many (threat B205). */
export async function removeUnfinished(bucket: Bucket, before: Date): Promise<number> {
  const { client, location } = bucket
  let removed = 0
  let page: ListMultipartUploadsCommandOutput | undefined
  do {
    page = await listUploads(bucket, page)
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Initiated === undefined || Initiated >= before) continue
      const command = new AbortMultipartUploadCommand({ Bucket: location.bucket, Key, UploadId })
      await withDeadline(callTimeoutMs, (abortSignal) => client.send(command, { abortSignal }))
      removed += 1
    }
  } while (page.IsTruncated && page.NextKeyMarker)
  return removed
}

function listUploads(
  bucket: Bucket,
  last: ListMultipartUploadsCommandOutput | undefined,
): Promise<ListMultipartUploadsCommandOutput> {
  const { client, location } = bucket
  const command = new ListMultipartUploadsCommand({
    Bucket: location.bucket,
    Prefix: objectKey(bucket, ''),
    KeyMarker: last?.NextKeyMarker,
    UploadIdMarker: last?.NextUploadIdMarker,
  })
  return withDeadline(callTimeoutMs, (abortSignal) => client.send(command, { abortSignal }))
}
