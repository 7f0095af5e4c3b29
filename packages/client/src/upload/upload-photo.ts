import { isTintypeError, type Photo } from '@tintype/contract'
import { abortable, abortedBy } from '../transport/abortable.ts'
import { type RetryOptions, waitToRetry } from '../transport/backoff.ts'
import type { Connection } from '../transport/connection.ts'
import { type Answer, readAnswer, unexpectedAnswer } from '../transport/response.ts'
import { sendWithFetch } from '../transport/send-with-fetch.ts'
import { toTintypeError } from '../transport/to-tintype-error.ts'
import { buildUploadRequest } from './build-upload-request.ts'
import { countBody, type OnSent } from './counted-body.ts'
import { sendWithXhr } from './send-with-xhr.ts'
import { trackProgress } from './track-progress.ts'
import { type ByteSource, openInput, type UploadInput } from './upload-input.ts'
import type { UploadOptions } from './upload-options.ts'

/** The server of an upload, and when a failed upload is sent again. */
export interface UploadTarget {
  readonly connection: Connection
  readonly retry: RetryOptions | undefined
}

/**
 * Makes the function that uploads one photo, in several attempts if the first ones fail. It rejects with a `TintypeError` and
 * nothing else.
 */
export function createUpload({ connection, retry }: UploadTarget) {
  return async (input: UploadInput, options: UploadOptions = {}): Promise<Photo> => {
    const { signal, onProgress } = options
    try {
      signal?.throwIfAborted()
      const opened = await abortable(openInput(input), signal)
      const body = await toSendable(opened.body, signal)
      const progress = trackProgress(body instanceof Blob ? body.size : undefined, onProgress)
      const request = {
        ...buildUploadRequest(opened, options),
        connection,
        body,
        signal,
        onSent: progress.sent,
      }
      for (let attempt = 1; ; ) {
        try {
          const photo = readPhoto(await post(request))
          progress.done()
          return photo
        } catch (error) {
          if (!isTintypeError(error) || !(opened.body instanceof Blob)) throw error
          attempt = await waitToRetry({ attempt, error }, { ...retry, signal })
        }
      }
    } catch (error) {
      throw signal?.aborted ? abortedBy(signal) : toTintypeError(error, 'This input cannot be uploaded')
    }
  }
}

/** Browsers can only send a blob: `fetch` accepts a stream in few of them, and there only over HTTP/2. */
async function toSendable(
  body: Blob | ByteSource,
  signal: AbortSignal | undefined,
): Promise<Blob | ByteSource> {
  if (body instanceof Blob || typeof XMLHttpRequest === 'undefined') return body
  const gathered = countBody(body, () => {})
  return abortable(new Response(gathered.body).blob(), signal).finally(gathered.release)
}

interface UploadRequest {
  readonly connection: Connection
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Blob | ByteSource
  readonly onSent: OnSent
  readonly signal: AbortSignal | undefined
}

async function post(request: UploadRequest): Promise<Answer> {
  const { connection, body, onSent, signal } = request
  const url = connection.url + request.path
  const headers = { ...(await abortable(connection.headers(), signal)), ...request.headers }
  const { fetch } = connection
  if (body instanceof Blob && !fetch && typeof XMLHttpRequest !== 'undefined') {
    return sendWithXhr(url, { headers, body, onSent, signal })
  }
  const counted = countBody(body, onSent)
  const init = {
    method: 'POST',
    headers,
    body: counted.body,
    duplex: 'half',
    signal: signal ?? null,
  } as const
  return sendWithFetch(url, { ...init, fetch }).finally(counted.release)
}

function readPhoto(answer: Answer): Photo {
  const photo = readAnswer(answer)
  if (typeof photo === 'object' && photo !== null && 'sha256' in photo) return photo as Photo
  throw unexpectedAnswer(answer)
}
