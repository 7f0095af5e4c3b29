import { type Deadline, withDeadline } from '../transport/deadline.ts'
import { sendWithFetch } from '../transport/send-with-fetch.ts'
import { countBody, type OnSent } from './counted-body.ts'
import type { Sender } from './send-with-xhr.ts'
import type { OpenInput } from './upload-input.ts'

/** How a body is sent by `fetch`. */
export interface FetchChoice {
  readonly onSent: OnSent
  /** Aborting it ends the request. */
  readonly signal: AbortSignal | undefined
  readonly fetch: typeof globalThis.fetch | undefined
}

/** Sends a body by `fetch`, if XMLHttpRequest is missing or not wanted. Other pages never load this module. */
export function openFetchSender(opened: OpenInput, { onSent, signal, fetch }: FetchChoice): Required<Sender> {
  let deadline: Deadline | undefined
  const counted = countBody(opened, (bytes, step) => {
    deadline?.enter(step)
    onSent(bytes, step)
  })
  const { body, release } = counted
  return {
    send: (url, headers) =>
      withDeadline(signal, async (current) => {
        deadline = current
        const init = { method: 'POST', headers, body, duplex: 'half', signal: current.signal } as const
        const answer = await sendWithFetch(url, init, fetch).catch((error) => {
          throw counted.failure ?? error
        })
        return { ...answer, received: (opened.body as Blob).size }
      }),
    release,
  }
}
