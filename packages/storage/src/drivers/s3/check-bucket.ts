import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { TintypeError } from '@tintype/contract'
import { type Bucket, objectKey, probePrefix } from './bucket.ts'
import { type EngineFailure, readFailure } from './engine-failure.ts'
import { explainRefusal } from './explain-refusal.ts'
import { sendsDigest } from './send-body.ts'
import { callTimeoutMs, withDeadline } from './with-deadline.ts'

/** What an engine does not do, for the operator. The store works all the same. */
export interface BucketChecks {
  readonly warnings: readonly string[]
}

/** How long a start waits for an engine that is away. */
export interface Patience {
  /** Milliseconds; 0 tries once. */
  readonly patienceMs: number
  /** Called once, before the wait, with what is wrong. */
  readonly onWarning?: ((warning: string) => void) | undefined
}

/**
 * Confirms that the bucket can be listed, again while the engine cannot be reached or is busy: both may be starting together.
 *
 * @throws STORAGE_UNAVAILABLE, with a message for the operator (threats B207, B212)
 */
export async function confirmReachable(
  bucket: Bucket,
  { patienceMs, onWarning }: Patience = { patienceMs: 0 },
): Promise<void> {
  const command = new ListObjectsV2Command({ Bucket: bucket.location.bucket, MaxKeys: 1 })
  const end = performance.now() + patienceMs
  for (let isFirst = true; ; isFirst = false) {
    try {
      await withDeadline(callTimeoutMs, (abortSignal) => bucket.client.send(command, { abortSignal }))
      return
    } catch (error) {
      const explained = explainRefusal(error, bucket.location)
      if (!isWorthWaiting(readFailure(error)) || performance.now() >= end) throw explained
      if (isFirst) onWarning?.(`${explained.message}. Tintype waits for it up to ${patienceMs / 1000} s`)
      await delay(250)
    }
  }
}

/** A wrong host name or certificate stays wrong, although such an engine could not be reached either. */
function isWorthWaiting({ kind, status, code }: EngineFailure): boolean {
  if (kind !== 'passing') return false
  return (
    status !== undefined || /^(?:ECONN|ETIMEDOUT|EHOST|ENET|EAI_AGAIN|AbortError|TimeoutError)/.test(code)
  )
}

/**
 * Does once what the store relies on: puts, looks, lists and deletes below the prefix of probes. An engine that does not obey
 * `If-None-Match` is remembered in the bucket.
 *
 * @throws STORAGE_UNAVAILABLE, with a message for the operator
 */
export async function checkBucket(bucket: Bucket, patience: Patience): Promise<BucketChecks> {
  await confirmReachable(bucket, patience)
  const { client } = bucket
  const name = `${probePrefix}${randomUUID()}`
  const target = { Bucket: bucket.location.bucket, Key: objectKey(bucket, name) }
  const call = <Answer>(run: (signal: AbortSignal) => Promise<Answer>) => explained(bucket, run)
  const exists = () =>
    call((abortSignal) =>
      client.send(new HeadObjectCommand(target), { abortSignal }).then(
        () => true,
        (error: unknown) => {
          if (readFailure(error).kind === 'absent') return false
          throw error
        },
      ),
    )
  // Without the right to list, an engine answers 403 for what does not exist.
  if (await exists()) throw unfit('it has objects that nobody has put')
  const warnings: string[] = []
  await call((abortSignal) => client.send(probePut(target), { abortSignal }))
  try {
    bucket.isConditional = await call((abortSignal) => obeysCondition(bucket, target, abortSignal))
    if (!bucket.isConditional)
      warnings.push(
        'the engine ignores If-None-Match: before each put Tintype looks whether the key is taken',
      )
    if (!(await exists())) throw unfit('an object cannot be seen after it was put')
    const listed = await call((abortSignal) =>
      client.send(new ListObjectsV2Command({ Bucket: target.Bucket, Prefix: target.Key }), { abortSignal }),
    )
    if (listed.KeyCount !== 1) throw unfit('an object is not listed after it was put')
    if (!(await call((abortSignal) => checksDigest(bucket, target, abortSignal))))
      warnings.push('the engine does not compare digests: bytes that change on the way to it are not noticed')
  } finally {
    await call((abortSignal) => client.send(new DeleteObjectCommand(target), { abortSignal }))
  }
  if (await exists()) throw unfit('an object can be seen after it was deleted')
  return { warnings }
}

interface Target {
  readonly Bucket: string
  readonly Key: string
}

/** A put of a small object. */
export function probePut(
  target: Target,
  condition: { readonly IfNoneMatch?: string } = {},
): PutObjectCommand {
  return new PutObjectCommand({
    ...target,
    ...condition,
    Body: Buffer.from('probe'),
    ContentType: 'text/plain',
  })
}

/** The object exists, so a put that is only for a new one must fail. */
async function obeysCondition(
  { client }: Bucket,
  target: Target,
  abortSignal: AbortSignal,
): Promise<boolean> {
  try {
    await client.send(probePut(target, { IfNoneMatch: '*' }), { abortSignal })
    return false
  } catch (error) {
    const { kind, status } = readFailure(error)
    if (kind === 'taken') return true
    if (status === 501 || status === 400) return false
    throw error
  }
}

async function checksDigest({ client }: Bucket, target: Target, abortSignal: AbortSignal): Promise<boolean> {
  try {
    await client.send(sendsDigest(probePut(target), '0'.repeat(64)), { abortSignal })
    return false
  } catch (error) {
    const { kind, status } = readFailure(error)
    if (kind === 'digest' || status === 400) return true
    throw error
  }
}

async function explained<Answer>(
  bucket: Bucket,
  call: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await withDeadline(callTimeoutMs, call)
  } catch (error) {
    throw explainRefusal(error, bucket.location)
  }
}

function unfit(reason: string): TintypeError {
  return new TintypeError('STORAGE_UNAVAILABLE', `The object store cannot be used: ${reason}`)
}
