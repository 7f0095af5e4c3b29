import type { Answer } from '../transport/response.ts'
import { networkError } from '../transport/send-with-fetch.ts'
import type { OnSent } from './counted-body.ts'

/** A POST that reports how much of it is sent. */
export interface XhrRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Blob
  readonly onSent: OnSent
  /** Aborting it ends the request. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends a POST by XMLHttpRequest, because browsers report the progress of a body only there.
 *
 * @throws TintypeError `NETWORK_ERROR` if no answer came, also for a cancelled request
 */
export function sendWithXhr(url: string, { headers, body, onSent, signal }: XhrRequest): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    const abort = () => xhr.abort()
    xhr.open('POST', url)
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value)
    xhr.upload.onprogress = ({ loaded }) => onSent(loaded)
    xhr.onload = () =>
      resolve({
        status: xhr.status,
        retryAfter: xhr.getResponseHeader('retry-after'),
        contentType: xhr.getResponseHeader('content-type'),
        url: xhr.responseURL,
        redirected: xhr.responseURL !== url,
        text: xhr.responseText,
      })
    xhr.onerror = xhr.ontimeout = xhr.onabort = reject
    xhr.onloadend = () => signal?.removeEventListener('abort', abort)
    signal?.addEventListener('abort', abort)
    xhr.send(body)
  }).catch((cause) => {
    throw networkError(cause)
  })
}
