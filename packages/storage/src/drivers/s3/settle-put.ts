import type { Bucket } from './bucket.ts'
import { headObject } from './head-object.ts'
import type { PutRequest } from './put-blob.ts'

// The put has taken its time already.
const lookTimeoutMs = 5000

/**
 * What is under the key of a put whose outcome is unknown: its own bytes (`ours`), others, or nothing (threat B203). The put's
 * id decides, because another put can have the same bytes; size and digest must agree with it.
 */
export async function settlePut(
  bucket: Bucket,
  { key, id, content }: PutRequest,
): Promise<'ours' | 'other' | 'absent'> {
  const head = await headObject(bucket, key, lookTimeoutMs)
  if (head === undefined) return 'absent'
  const isWhole = head.ContentLength === content.byteSize && head.Metadata?.sha256 === content.sha256
  return head.Metadata?.put === id && isWhole ? 'ours' : 'other'
}
