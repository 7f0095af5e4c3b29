import { isTintypeError, type Photo } from '@tintype/contract'
import { abortedBy, orAbort } from '../transport/abortable.ts'
import type { Connection } from '../transport/connection.ts'
import { type Answer, notUnderstood, readAnswer } from '../transport/response.ts'
import { sendWithFetch } from '../transport/send-with-fetch.ts'
import { toOwnError } from '../transport/to-tintype-error.ts'
import { type RetryOptions, waitToRetry } from './backoff.ts'
import { describeUpload } from './build-upload-request.ts'
import { countBody, type OnSent } from './counted-body.ts'
import { sendWithXhr } from './send-with-xhr.ts'
import { trackProgress } from './track-progress.ts'
import { type ByteSource, openInput, type UploadInput } from './upload-input.ts'
import type { UploadOptions } from './upload-options.ts'

/** Where an upload goes, and when it is tried again. */
export interface UploadTarget {
  readonly connection: Connection
  readonly retry: RetryOptions | undefined
}

/**
 * Makes the function that uploads one photo, in as many attempts as it takes and is allowed. It rejects with a
 * `TintypeError` and nothing else.
 */
export function createUpload({ connection, retry }: UploadTarget) {
  return async (input: UploadInput, options: UploadOptions = {}): Promise<Photo> => {
    const { signal, onProgress } = options
    try {
      signal?.throwIfAborted()
      const opened = await orAbort(openInput(input), signal)
      const body = await toSendable(opened.body, signal)
      const progress = trackProgress(body instanceof Blob ? body.size : undefined, onProgress)
      const request = { ...describeUpload(opened, options), connection, body, signal, onSent: progress.sent }
      for (let attempt = 1; ; attempt++) {
        try {
          const photo = readPhoto(await post(request))
          progress.done()
          return photo
        } catch (error) {
          if (!isTintypeError(error) || !(opened.body instanceof Blob)) throw error
          await waitToRetry({ attempt, error }, { ...retry, signal })
        }
      }
    } catch (error) {
      throw signal?.aborted ? abortedBy(signal) : toOwnError(error, 'This cannot be uploaded')
    }
  }
}

/** Browsers can send a blob only: `fetch` takes a stream in few of them, and there over HTTP/2 alone. */
async function toSendable(
  body: Blob | ByteSource,
  signal: AbortSignal | undefined,
): Promise<Blob | ByteSource> {
  if (body instanceof Blob || typeof XMLHttpRequest === 'undefined') return body
  const gathered = countBody(body, () => {})
  return orAbort(new Response(gathered.body).blob(), signal).finally(gathered.release)
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
  const headers = { ...(await orAbort(connection.headers(), signal)), ...request.headers }
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
  throw notUnderstood(answer)
}
