import { createHash, hash } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { toReadError } from '../../storage-error.ts'
import type { Bucket } from './bucket.ts'
import { fileChanged, readFile } from './content.ts'
import { readFailure } from './engine-failure.ts'
import { headObject } from './head-object.ts'
import type { PutRequest } from './put-blob.ts'
import { sendsDigest } from './send-body.ts'
import { settlePut } from './settle-put.ts'
import { callTimeoutMs, putTimeoutMs, withDeadline } from './with-deadline.ts'

/** Bytes of each part but the last. */
export const partByteSize = 16 * 1024 * 1024

interface Part {
  readonly ETag: string | undefined
  readonly PartNumber: number
}

interface Upload {
  readonly Bucket: string
  readonly Key: string
  readonly UploadId: string | undefined
}

/**
 * Stores a file in parts, one after another; one part is in memory. Some engines ignore `If-None-Match` here, so the key is
 * looked at first: of two large puts of one new key at the same time, both could be stored there.
 */
export async function putParts(
  bucket: Bucket,
  request: PutRequest & { readonly path: string },
): Promise<'stored' | 'exists'> {
  const { key, ifExists, target, signal } = request
  if (ifExists === 'fail' && (await headObject(bucket, key))) return 'exists'
  using _place = await bucket.parts.enter(signal)
  const create = new CreateMultipartUploadCommand(target)
  const { UploadId } = await withDeadline(callTimeoutMs, (abortSignal) =>
    bucket.client.send(create, { abortSignal }),
  )
  const upload = { Bucket: target.Bucket, Key: target.Key, UploadId }
  try {
    const parts = await sendParts(bucket, request, upload)
    signal?.throwIfAborted()
    return await complete(bucket, request, { ...upload, parts })
  } catch (error) {
    await abortUpload(bucket, upload).catch(() => undefined) // removeUnfinished finds it
    throw error
  }
}

async function sendParts(
  bucket: Bucket,
  { path, content, signal }: PutRequest & { readonly path: string },
  upload: Upload,
): Promise<readonly Part[]> {
  const digest = createHash('sha256')
  const parts: Part[] = []
  for await (const bytes of readParts(path, content.byteSize)) {
    signal?.throwIfAborted()
    digest.update(bytes)
    parts.push(await sendPart(bucket, { ...upload, bytes, PartNumber: parts.length + 1, signal }))
  }
  // The engine has checked each part, but not that they are the file that was checked.
  if (digest.digest('hex') !== content.sha256) throw fileChanged()
  return parts
}

async function sendPart(
  { client }: Bucket,
  {
    bytes,
    signal,
    ...part
  }: Upload & {
    readonly bytes: Uint8Array
    readonly PartNumber: number
    readonly signal: AbortSignal | undefined
  },
): Promise<Part> {
  const command = sendsDigest(
    new UploadPartCommand({ ...part, Body: bytes, ContentLength: bytes.byteLength }),
    hash('sha256', bytes, 'hex'),
  )
  const timeoutMs = putTimeoutMs(bytes.byteLength)
  const send = (abortSignal: AbortSignal) => client.send(command, { abortSignal, requestTimeout: timeoutMs })
  try {
    const { ETag } = await withDeadline(timeoutMs, send, signal)
    return { ETag, PartNumber: part.PartNumber }
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

/** The file's bytes by parts, all in the same memory. */
async function* readParts(path: string, byteSize: number): AsyncGenerator<Uint8Array> {
  const part = Buffer.allocUnsafeSlow(Math.min(partByteSize, byteSize))
  let filled = 0
  try {
    for await (const chunk of readFile(path) as AsyncIterable<Buffer>) {
      for (let from = 0; from < chunk.byteLength; ) {
        const copied = chunk.copy(part, filled, from)
        from += copied
        filled += copied
        if (filled < part.byteLength) continue
        yield part
        filled = 0
      }
    }
  } catch (error) {
    throw toReadError(error)
  }
  if (filled > 0) yield part.subarray(0, filled)
}

async function complete(
  bucket: Bucket,
  request: PutRequest,
  { parts, ...upload }: Upload & { readonly parts: readonly Part[] },
): Promise<'stored' | 'exists'> {
  const command = new CompleteMultipartUploadCommand({
    ...upload,
    MultipartUpload: { Parts: [...parts] },
    ...(request.ifExists === 'fail' && bucket.isConditional && { IfNoneMatch: '*' }),
  })
  const timeoutMs = putTimeoutMs(request.content.byteSize)
  try {
    await withDeadline(timeoutMs, (abortSignal) =>
      bucket.client.send(command, { abortSignal, requestTimeout: timeoutMs }),
    )
    return 'stored'
  } catch (error) {
    const { kind } = readFailure(error)
    const found = await settlePut(bucket, request).catch(() => 'absent' as const)
    if (found === 'ours') return 'stored'
    if (found === 'other' && kind === 'taken') {
      await abortUpload(bucket, upload).catch(() => undefined)
      return 'exists'
    }
    throw error
  }
}

async function abortUpload({ client }: Bucket, upload: Upload): Promise<void> {
  const command = new AbortMultipartUploadCommand(upload)
  await withDeadline(callTimeoutMs, (abortSignal) => client.send(command, { abortSignal }))
}
