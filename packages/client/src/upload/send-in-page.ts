import { sendWithFetch } from '../transport/send-with-fetch.ts'
import type { FetchChoice } from './send-counted.ts'
import type { Sender } from './send-with-xhr.ts'
import type { OpenInput } from './upload-input.ts'

/** Sends a body by the caller's `fetch` in a page, in which nothing can be counted while `fetch` sends a blob. */
export function openFetchSender({ body }: OpenInput, { signal, fetch }: FetchChoice): Sender {
  return {
    send: (url, headers) =>
      sendWithFetch(url, { method: 'POST', headers, body: body as Blob, signal: signal ?? null }, fetch),
  }
}
