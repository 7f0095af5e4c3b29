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
import type { OpenChoice } from './open-page-input.ts'
import { openXhrSender } from './send-with-xhr.ts'
import { trackProgress } from './track-progress.ts'
import type { OpenInput, UploadInput } from './upload-input.ts'
import type { UploadOptions } from './upload-options.ts'

/**
 * Makes the function that uploads one photo, in several attempts if the first ones fail. It rejects with a `TintypeError` and
 * nothing else.
 */
export function createUpload(connection: Connection, retry: RetryOptions | undefined) {
  return async (input: UploadInput, options?: UploadOptions): Promise<Photo> => {
    options ??= {} // without types, it can be null
    const { signal, onProgress } = options
    try {
      const { fetch } = connection
      const hasXhr = !fetch && typeof XMLHttpRequest !== 'undefined'
      const progress = trackProgress((input as Blob | null)?.size, onProgress)
      const opened = await abortable(open(input, { connection, hasXhr, options }), signal)
      const { body } = opened
      progress.opened((body as Blob).size) // a form and a stream have none
      const isWhole = hasXhr || body instanceof Blob
      const retries = { ...retry, ...options.retry, signal }
      const onRetry = (planned: PlannedRetry) => {
        progress.enter('waiting', planned.attempt)
        callListener(retries.onRetry, planned)
      }
      // once with another token; a stream only if nothing of it was read
      let canRepeat = true
      const onSent: OnSent = (bytes, step) => {
        canRepeat &&= isWhole
        progress.sent(bytes, step)
      }
      const [path, own] = buildUploadRequest({ ...options, ...opened })
      const url = connection.origin() + connection.url + path
      const sender = hasXhr
        ? openXhrSender(body as Blob | FormData, onSent, signal)
        : (await loadRarelyNeeded()).openFetchSender(opened, { onSent, signal, fetch })
      try {
        for (let attempt = 1; ; ) {
          let authorization: Authorization | undefined
          try {
            // the wait after it fails if the listener cancels the upload; XMLHttpRequest would send it
            progress.enter('sending', attempt)
            authorization = await abortable(connection.authorize(), signal)
            const photo = await readPhoto(await sender.send(url, { ...authorization.headers, ...own }))
            progress.done()
            return completeUrls(photo, connection.url)
          } catch (reason) {
            if (!isTintypeError(reason)) throw reason
            const error = await abortable(connection.diagnose(reason, authorization), signal)
            if (canRepeat && authorization?.isRefused(error)) canRepeat = false
            else if (isWhole) attempt = await waitToRetry({ attempt, error }, { ...retries, onRetry })
            else throw error
          }
        }
      } finally {
        sender.release?.()
      }
    } catch (error) {
      throw signal?.aborted ? abortedBy(signal) : toTintypeError(error, 'The input cannot be sent')
    }
  }
}

async function open(input: UploadInput, choice: OpenChoice): Promise<OpenInput> {
  const { alt, filename, check = typeof document !== 'undefined', prepare } = choice.options
  const blob = input instanceof Blob && { body: input, filename: filename ?? (input as Partial<File>).name }
  if (blob && !check && !prepare && !alt) return blob
  const loading = loadRarelyNeeded()
  // the server checks as well
  const loaded = await (blob && !prepare ? loading.catch(() => null) : loading)
  return loaded?.openInput(input, choice) ?? (blob as OpenInput)
}

async function readPhoto(answer: Answer): Promise<Photo> {
  const photo = await readAnswer(answer)
  if (!(photo as Photo | null)?.sha256) throw await unexpectedAnswer(answer)
  return photo as Photo
}
