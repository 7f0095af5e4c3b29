import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { TintypeError } from '@tintype/contract'
import { sendContinue } from '../protocol/expect-continue.ts'
import { type UploadPace, watchUpload } from './upload-deadline.ts'

/** What a JSON body may cost. */
export interface JsonBodyLimits extends UploadPace {
  readonly maxJsonByteSize: number
}

/** What a body is read with. */
export interface JsonBodyOptions {
  readonly limits: JsonBodyLimits
  /** Ends the reading, with its reason. */
  readonly signal: AbortSignal
}

/**
 * The bytes of a JSON body, not parsed. They flow when the first one is read; a client that waits for `100 Continue`
 * gets it then. The request is never destroyed, and the rest of a refused body stays unread.
 *
 * @throws UNSUPPORTED_MEDIA_TYPE for another type or an encoded body, PAYLOAD_TOO_LARGE if the declared size is too
 *         large. Reading throws PAYLOAD_TOO_LARGE, UPLOAD_TIMEOUT, and the signal's reason
 */
export function openJsonBody(
  req: IncomingMessage,
  res: ServerResponse,
  options: JsonBodyOptions,
): AsyncIterable<Buffer> {
  const { maxJsonByteSize } = options.limits
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = req.headers
  if (!/^application\/json\s*(?:;|$)/i.test(type) || encoding !== 'identity') {
    throw new TintypeError('UNSUPPORTED_MEDIA_TYPE', 'Expected a body of application/json, not encoded')
  }
  const declared = Number(req.headers['content-length'] ?? 0)
  if (declared > maxJsonByteSize) throw tooLarge(maxJsonByteSize, declared)
  return readBody(req, res, options)
}

async function* readBody(
  req: IncomingMessage,
  res: ServerResponse,
  { limits, signal }: JsonBodyOptions,
): AsyncIterable<Buffer> {
  signal.throwIfAborted()
  sendContinue(req, res)
  const bytes = new PassThrough()
  const leave = () => bytes.destroy(signal.reason)
  signal.addEventListener('abort', leave)
  using _deadline = watchUpload(req, { pace: limits, onTimeout: (error) => bytes.destroy(error) })
  req.pipe(bytes)
  let byteSize = 0
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      byteSize += chunk.length
      if (byteSize > limits.maxJsonByteSize) throw tooLarge(limits.maxJsonByteSize, byteSize)
      yield chunk
    }
  } finally {
    req.unpipe(bytes)
    bytes.destroy()
    signal.removeEventListener('abort', leave)
  }
}

function tooLarge(limit: number, received: number): TintypeError {
  return new TintypeError('PAYLOAD_TOO_LARGE', `The body is larger than the limit of ${limit} bytes`, {
    facts: { limit, received },
  })
}
