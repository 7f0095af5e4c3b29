import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { TintypeError } from '@tintype/contract'
import { sendContinue } from '../protocol/expect-continue.ts'
import { type UploadPace, watchUpload } from './upload-deadline.ts'

/** What a JSON body may cost. */
export interface JsonBodyLimits extends UploadPace {
  readonly maxJsonByteSize: number
}

/**
 * The bytes of a JSON body, not parsed yet. The request is never destroyed; a body that is refused is left
 * where it was.
 *
 * @throws UNSUPPORTED_MEDIA_TYPE for another type or an encoded body, PAYLOAD_TOO_LARGE (also by the declared
 *         size alone), UPLOAD_TIMEOUT, ABORTED where the client left
 */
export async function readJsonBody(
  req: IncomingMessage,
  res: ServerResponse,
  limits: JsonBodyLimits,
): Promise<Buffer> {
  const { maxJsonByteSize } = limits
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = req.headers
  if (!/^application\/json\s*(?:;|$)/i.test(type) || encoding !== 'identity') {
    throw new TintypeError('UNSUPPORTED_MEDIA_TYPE', 'Expected a body of application/json, not encoded')
  }
  const declared = Number(req.headers['content-length'] ?? 0)
  if (declared > maxJsonByteSize) throw tooLarge(maxJsonByteSize, declared)
  sendContinue(req, res)

  const gone = new AbortController()
  const leave = () => gone.abort(new TintypeError('ABORTED', 'The client left before its call was complete'))
  res.once('close', leave)
  using _deadline = watchUpload(req, {
    pace: limits,
    onTimeout: (error) => gone.abort(error),
  })
  const bytes = new PassThrough({ signal: gone.signal })
  req.pipe(bytes)
  try {
    return await collect(bytes, maxJsonByteSize)
  } catch (error) {
    throw gone.signal.aborted ? gone.signal.reason : error
  } finally {
    req.unpipe(bytes)
    bytes.destroy()
    res.off('close', leave)
  }
}

async function collect(bytes: AsyncIterable<Buffer>, maxByteSize: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let byteSize = 0
  for await (const chunk of bytes) {
    byteSize += chunk.length
    if (byteSize > maxByteSize) throw tooLarge(maxByteSize, byteSize)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tooLarge(limit: number, received: number): TintypeError {
  return new TintypeError('PAYLOAD_TOO_LARGE', `The body may have ${limit} bytes; more were sent`, {
    facts: { limit, received },
  })
}
