import { isTintypeError, type Photo } from '@tintype/contract'
import { abortable, abortedBy } from '../transport/abortable.ts'
import { type RetryOptions, waitToRetry } from '../transport/backoff.ts'
import type { Authorization, Connection, RequestHeaders } from '../transport/connection.ts'
import { type Answer, readAnswer, unexpectedAnswer } from '../transport/response.ts'
import { sendWithFetch } from '../transport/send-with-fetch.ts'
import { toTintypeError } from '../transport/to-tintype-error.ts'
import { buildUploadRequest } from './build-upload-request.ts'
import { countBody } from './counted-body.ts'
import { sendWithXhr } from './send-with-xhr.ts'
import { trackProgress } from './track-progress.ts'
import { type ByteSource, openInput, type UploadInput } from './upload-input.ts'
import type { UploadOptions } from './upload-options.ts'

/**
 * Makes the function that uploads one photo, in several attempts if the first ones fail. It rejects with a `TintypeError` and
 * nothing else.
 */
export function createUpload(connection: Connection, retry: RetryOptions | undefined) {
  return async (input: UploadInput, options: UploadOptions = {}): Promise<Photo> => {
    const { signal, onProgress } = options
    try {
      const opened = await abortable(openInput(input), signal)
      const body = await toSendable(opened.body, signal)
      const byteSize = body instanceof Blob ? body.size : undefined
      const progress = trackProgress(byteSize, onProgress)
      // once with another token; a stream only if nothing of it was read
      let canRepeat = true
      const onSent = (bytes: number) => {
        canRepeat &&= byteSize !== undefined
        progress.sent(bytes)
      }
      const counted = countBody(body, onSent)
      const { path, headers: own } = buildUploadRequest(opened, options)
      const url = connection.url + path
      const { fetch } = connection
      const send = (headers: RequestHeaders) =>
        body instanceof Blob && !fetch && typeof XMLHttpRequest !== 'undefined'
          ? sendWithXhr(url, { headers, body, onSent, signal })
          : sendWithFetch(url, { method: 'POST', headers, body: counted.body, duplex: 'half', signal }, fetch)
      try {
        for (let attempt = 1; ; ) {
          let authorization: Authorization | undefined
          try {
            authorization = await abortable(connection.authorize(), signal)
            const photo = readPhoto(await send({ ...authorization.headers, ...own }))
            progress.done()
            return photo
          } catch (error) {
            if (!isTintypeError(error)) throw error
            if (canRepeat && authorization?.isRefused(error)) canRepeat = false
            else if (opened.body instanceof Blob)
              attempt = await waitToRetry({ attempt, error }, { ...retry, signal })
            else throw error
          }
        }
      } finally {
        counted.release()
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

function readPhoto(answer: Answer): Photo {
  const photo = readAnswer(answer)
  if ((photo as Photo | null)?.sha256) return photo as Photo
  throw unexpectedAnswer(answer)
}
