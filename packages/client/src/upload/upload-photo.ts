import { isTintypeError, type Photo } from '@tintype/contract'
import { loadRarelyNeeded } from '../load-rarely-needed.ts'
import { abortable, abortedBy } from '../transport/abortable.ts'
import type { Answer } from '../transport/answer.ts'
import { type PlannedRetry, type RetryOptions, waitToRetry } from '../transport/backoff.ts'
import { callListener } from '../transport/call-listener.ts'
import { completeUrls } from '../transport/complete-urls.ts'
import type { Authorization, Connection } from '../transport/connection.ts'
import { readAnswer, unexpectedAnswer } from '../transport/response.ts'
import { toTintypeError } from '../transport/to-tintype-error.ts'
import { buildUploadRequest } from './build-upload-request.ts'
import type { OnSent } from './counted-body.ts'
import type { OpenChoice } from './open-input.ts'
import { openXhrSender } from './send-with-xhr.ts'
import { trackProgress } from './track-progress.ts'
import type { OpenInput, UploadInput } from './upload-input.ts'
import type { UploadOptions } from './upload-options.ts'

/**
 * Makes the function that uploads one photo, in several attempts if the first ones fail. It rejects with a `TintypeError` and
 * nothing else.
 */
export function createUpload(connection: Connection, retry: RetryOptions | undefined) {
  return async (input: UploadInput, options: UploadOptions = {}): Promise<Photo> => {
    const { signal, onProgress } = options
    try {
      const { fetch } = connection
      const hasXhr = !fetch && typeof XMLHttpRequest !== 'undefined'
      const opened = await abortable(open(input, { isWhole: hasXhr, signal }), signal)
      const { body } = opened
      const byteSize = body instanceof Blob ? body.size : undefined
      const progress = trackProgress(byteSize, onProgress)
      const retries = { ...retry, ...options.retry, signal }
      const onRetry = (planned: PlannedRetry) => {
        progress.enter('waiting', planned.attempt)
        callListener(retries.onRetry, planned)
      }
      // once with another token; a stream only if nothing of it was read
      let canRepeat = true
      const onSent: OnSent = (bytes, step) => {
        canRepeat &&= byteSize !== undefined
        progress.sent(bytes, step)
      }
      const { path, headers: own } = buildUploadRequest(opened, options)
      const url = connection.origin() + connection.url + path
      const sender =
        hasXhr && body instanceof Blob
          ? openXhrSender(body, onSent, signal)
          : (await loadRarelyNeeded()).openFetchSender(body, { onSent, signal, fetch })
      try {
        for (let attempt = 1; ; ) {
          let authorization: Authorization | undefined
          try {
            authorization = await abortable(connection.authorize(), signal)
            progress.enter('sending', attempt)
            const photo = await readPhoto(await sender.send(url, { ...authorization.headers, ...own }))
            progress.done()
            return completeUrls(photo, connection.url)
          } catch (error) {
            if (!isTintypeError(error)) throw error
            if (canRepeat && authorization?.isRefused(error)) canRepeat = false
            else if (body instanceof Blob)
              attempt = await waitToRetry({ attempt, error }, { ...retries, onRetry })
            else throw error
          }
        }
      } finally {
        sender.release?.()
      }
    } catch (error) {
      throw signal?.aborted ? abortedBy(signal) : toTintypeError(error, 'This input cannot be uploaded')
    }
  }
}

async function open(input: UploadInput, choice: OpenChoice): Promise<OpenInput> {
  if (input instanceof Blob) return { body: input, filename: (input as Partial<File>).name }
  return (await loadRarelyNeeded()).openInput(input, choice)
}

async function readPhoto(answer: Answer): Promise<Photo> {
  const photo = await readAnswer(answer)
  if ((photo as Photo | null)?.sha256) return photo as Photo
  throw await unexpectedAnswer(answer)
}
