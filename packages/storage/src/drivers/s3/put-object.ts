import { setTimeout as delay } from 'node:timers/promises'
import { DeleteObjectCommand, type PutObjectCommandOutput } from '@aws-sdk/client-s3'
import { isTintypeError, TintypeError } from '@tintype/contract'
import type { Bucket } from './bucket.ts'
import { readFailure } from './engine-failure.ts'
import { headObject } from './head-object.ts'
import type { PutRequest } from './put-blob.ts'
import { sendBody } from './send-body.ts'
import { settlePut } from './settle-put.ts'
import { callTimeoutMs, putTimeoutMs, withDeadline } from './with-deadline.ts'

const maxAttempts = 4
const leastPauseMs = 100

/**
 * Stores bytes with one PUT. It may be sent several times: a repetition finds the key taken if an earlier one was stored, and a
 * look at the object shows whose bytes it has.
 */
export async function putObject(bucket: Bucket, request: PutRequest): Promise<'stored' | 'exists'> {
  const { ifExists, content, signal, key } = request
  const endsAtMs = performance.now() + putTimeoutMs(content.byteSize)
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (ifExists === 'fail' && !bucket.isConditional && (await headObject(bucket, key)))
        return (await settlePut(bucket, request)) === 'ours' ? 'stored' : 'exists'
      await confirmEcho(bucket, request, await sendBody(bucket, request))
      return 'stored'
    } catch (error) {
      const outcome = await outcomeAfter(bucket, request, error)
      if (outcome === 'stored' || outcome === 'exists') return outcome
      signal?.throwIfAborted()
      if (attempt === maxAttempts || performance.now() > endsAtMs || !isWorthAnother(error, request))
        throw error
    }
    await pause(attempt, signal)
  }
}

/** Full jitter: nodes that failed together do not come back together. */
async function pause(attempt: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(Math.random() * leastPauseMs * 2 ** attempt, undefined, signal ? { signal } : {}).catch(() =>
    signal?.throwIfAborted(),
  )
}

/** The SDK has repeated what failed in passing, unless the bytes came from a file. */
function isWorthAnother(error: unknown, { content }: PutRequest): boolean {
  if (isTintypeError(error)) return false
  const { kind } = readFailure(error)
  return ['conflict', 'digest', 'taken'].includes(kind) || (kind === 'passing' && 'path' in content)
}

/** What a failed attempt has left; `undefined` if it is certain or probable that nothing is stored. */
async function outcomeAfter(
  bucket: Bucket,
  request: PutRequest,
  error: unknown,
): Promise<'stored' | 'exists' | undefined> {
  if (isTintypeError(error) || error === request.signal?.reason) return undefined
  const { kind, status } = readFailure(error)
  if (kind !== 'taken' && !(kind === 'passing' && isUnknown(status))) return undefined
  // If the engine is away, the error of the put says more.
  const found = await settlePut(bucket, request).catch(() => 'absent' as const)
  if (found === 'ours') return 'stored'
  return found === 'other' && kind === 'taken' ? 'exists' : undefined
}

/** Without an answer, or with one of a proxy, the bytes may be stored. */
function isUnknown(status: number | undefined): boolean {
  return status === undefined || status === 500 || status === 502 || status === 504
}

/** An engine that returns another digest has stored other bytes. They are removed (threat B206). */
async function confirmEcho(
  { client }: Bucket,
  { content, target: { Bucket, Key } }: PutRequest,
  { ChecksumSHA256 }: PutObjectCommandOutput,
): Promise<void> {
  if (
    ChecksumSHA256 === undefined ||
    Buffer.from(ChecksumSHA256, 'base64').toString('hex') === content.sha256
  )
    return
  const command = new DeleteObjectCommand({ Bucket, Key })
  await withDeadline(callTimeoutMs, (abortSignal) => client.send(command, { abortSignal }))
  throw new TintypeError('STORAGE_UNAVAILABLE', 'The storage has stored other bytes than it was sent')
}
