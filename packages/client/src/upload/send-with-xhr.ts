import type { Answer } from '../transport/answer.ts'
import { networkError, type SendStep, silence, silenceMs } from '../transport/silence.ts'
import type { OnSent } from './counted-body.ts'

/** Sends one body, in several attempts if need be. */
export interface Sender {
  /** @throws TintypeError `NETWORK_ERROR` if no answer came, also for a cancelled request; `FILE_REQUIRED` */
  send(url: string, headers: Readonly<Record<string, string>>): Promise<Answer>
  /** Closes the source of the body. */
  release?(): void
}

/** Sends by XMLHttpRequest, because browsers report the progress of a body only there. */
export function openXhrSender(
  body: Blob | FormData,
  onSent: OnSent,
  signal: AbortSignal | undefined,
): Sender {
  return {
    send: (url, headers) =>
      new Promise((resolve, reject) => {
        const xhr = new XMLHttpRequest()
        const abort = () => xhr.abort()
        let timer: ReturnType<typeof setTimeout> | undefined
        const enter = (bytes: number, step: SendStep) => {
          clearTimeout(timer)
          timer = setTimeout(() => {
            reject(silence(step))
            abort()
          }, silenceMs[step])
          onSent(bytes, step)
        }
        xhr.open('POST', url)
        for (const name in headers) xhr.setRequestHeader(name, headers[name] as string)
        xhr.upload.onprogress = ({ loaded }) => enter(loaded, 'sending')
        xhr.upload.onload = ({ loaded }) => enter(loaded, 'sent')
        xhr.onloadend = (cause) => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', abort)
          // 0 if no answer came, or the request was ended
          if (!xhr.status) return reject(networkError(cause))
          resolve({
            status: xhr.status,
            header: (name) => xhr.getResponseHeader(name),
            url: xhr.responseURL,
            redirected: xhr.responseURL !== url,
            text: xhr.responseText,
            received: (body as Blob).size,
          })
        }
        signal?.addEventListener('abort', abort)
        enter(0, 'sending')
        xhr.send(body)
      }),
  }
}
