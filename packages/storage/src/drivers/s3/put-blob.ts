import { randomUUID } from 'node:crypto'
import type { BlobKey } from '../../blob-key.ts'
import type { BlobSource, PutOptions } from '../../blob-store.ts'
import { type Bucket, objectKey } from './bucket.ts'
import { type Content, measure } from './content.ts'
import { putObject } from './put-object.ts'
import { putParts } from './put-parts.ts'

/** A put, ready to be sent. */
export interface PutRequest {
  readonly key: BlobKey
  readonly content: Content
  readonly ifExists: PutOptions['ifExists']
  readonly signal: AbortSignal | undefined
  /** Names this put in the object's metadata, so that a look at the object shows whether it was stored. */
  readonly id: string
  /** Where the object is, and what it gets besides its bytes. */
  readonly target: {
    readonly Bucket: string
    readonly Key: string
    readonly ContentType: string
    readonly Metadata: Record<string, string>
  }
}

/** Files of this size and more are sent in parts. */
export const leastPartsByteSize = 64 * 1024 * 1024

/**
 * Stores bytes under a key. Throws native errors, a `TintypeError`, or the signal's reason.
 *
 * The bytes of a `Uint8Array` are in memory already, so it is sent at once, however long it is.
 */
export async function putBlob(
  bucket: Bucket,
  {
    key,
    source,
    options,
  }: { readonly key: BlobKey; readonly source: BlobSource; readonly options: PutOptions },
): Promise<'stored' | 'exists'> {
  const { ifExists, signal, contentType } = options
  signal?.throwIfAborted()
  const content = await measure(source)
  signal?.throwIfAborted()
  const id = randomUUID()
  const target = {
    Bucket: bucket.location.bucket,
    Key: objectKey(bucket, key),
    ContentType: contentType,
    Metadata: { put: id, sha256: content.sha256 },
  }
  const request = { key, content, ifExists, signal, id, target }
  if ('path' in content && content.byteSize >= leastPartsByteSize)
    return await putParts(bucket, { ...request, path: content.path })
  return await putObject(bucket, request)
}
