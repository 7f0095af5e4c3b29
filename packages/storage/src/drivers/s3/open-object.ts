import type { Readable } from 'node:stream'
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3'
import { TintypeError } from '@tintype/contract'
import type { BlobKey } from '../../blob-key.ts'
import type { ByteRange, OpenBlob } from '../../blob-store.ts'
import { type Bucket, objectKey } from './bucket.ts'
import { rangeOutside, readFailure } from './engine-failure.ts'
import { createObjectBody } from './object-body.ts'
import { callTimeoutMs, withDeadline } from './with-deadline.ts'

const silenceMs = 15_000

/** Opens an object for reading; `undefined` if there is none. Throws native errors or a `TintypeError`. */
export async function openObject(
  bucket: Bucket,
  { key, range }: { readonly key: BlobKey; readonly range?: ByteRange | undefined },
): Promise<OpenBlob | undefined> {
  if (range && !(range.start >= 0 && range.start <= range.end)) throw rangeOutside()
  await using opening = new AsyncDisposableStack()
  const place = opening.use(await bucket.bodies.enter())
  const answer = await get(bucket, objectKey(bucket, key), range)
  if (answer === undefined) return undefined
  const source = answer.Body as Readable
  opening.defer(() => void source.destroy())
  const byteSize = range ? confirmRange(answer, range) : (answer.ContentLength ?? 0)
  const body = createObjectBody(source, {
    byteSize: range ? range.end - range.start + 1 : byteSize,
    silenceMs,
    release: () => place[Symbol.dispose](),
  })
  opening.move()
  return { byteSize, body }
}

async function get(
  { client, location }: Bucket,
  Key: string,
  range: ByteRange | undefined,
): Promise<GetObjectCommandOutput | undefined> {
  const command = new GetObjectCommand({
    Bucket: location.bucket,
    Key,
    ...(range && { Range: `bytes=${range.start}-${range.end}` }),
  })
  try {
    return await withDeadline(callTimeoutMs, (abortSignal) => client.send(command, { abortSignal }))
  } catch (error) {
    if (readFailure(error).kind === 'absent') return undefined
    throw error
  }
}

/** The size of the whole object. Engines shorten a range that ends behind it. */
function confirmRange({ ContentRange }: GetObjectCommandOutput, { start, end }: ByteRange): number {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(ContentRange ?? '') ?? []
  if (Number(first) === start && Number(last) === end) return Number(total)
  if (first !== undefined) throw rangeOutside()
  throw new TintypeError('INTERNAL', 'The storage does not answer ranges')
}
