import type { PhotoChangeInput, PhotoChangeListeners } from '@tintype/api/procedures'
import { fromProblem, isTintypeError, type PhotoChange, type TintypeError } from '@tintype/contract'
import { type Answer, readRetryAfter } from '../transport/answer.ts'
import { type RetryOptions, waitToRetry } from '../transport/backoff.ts'
import { callListener } from '../transport/call-listener.ts'
import { completeUrls } from '../transport/complete-urls.ts'
import type { Authorization, Connection } from '../transport/connection.ts'
import { followSignals } from '../transport/follow-signals.ts'
import { readAnswer, unexpectedAnswer } from '../transport/response.ts'
import { readResponse } from '../transport/send-with-fetch.ts'
import { networkError } from '../transport/silence.ts'
import { toTintypeError } from '../transport/to-tintype-error.ts'
import { readEvents } from './read-events.ts'

/** A quiet server sends something every 15 seconds. */
const silenceMs = 45_000

/** What is followed. */
export interface FollowOptions {
  readonly input: PhotoChangeInput | undefined
  readonly listeners: PhotoChangeListeners
  readonly retry: RetryOptions | undefined
  /** Aborted when the caller unsubscribes. */
  readonly signal: AbortSignal
}

/**
 * Follows the changes of photos until the signal is aborted: connects again whenever the stream ends, after the last change. Not
 * `EventSource`, which sends no header and so no token.
 */
export async function followChanges(
  connection: Connection,
  { input, listeners, retry, signal }: FollowOptions,
): Promise<void> {
  let lastEventId = input?.lastEventId
  let isOpen = false
  const onChange = (change: PhotoChange, id: string) => {
    if (signal.aborted) return
    isOpen = true
    lastEventId = id
    callListener(() => listeners.onChange(change, id), undefined)
  }
  try {
    for (let attempt = 1, isRepeated = false; ; ) {
      let authorization: Authorization | undefined
      let error: TintypeError
      isOpen = false
      try {
        authorization = await connection.authorize()
        const query = JSON.stringify({ ...input, lastEventId })
        const url = `${connection.origin()}${connection.url}/trpc/photos.onChange?input=${encodeURIComponent(query)}`
        await readStream(url, { connection, authorization, signal, onChange })
        error = networkError('The stream ended')
      } catch (cause) {
        const failure =
          [cause, (cause as Error | undefined)?.cause].find(isTintypeError) ?? networkError(cause)
        error = await connection.diagnose(failure, authorization)
      }
      if (signal.aborted) return
      if (isOpen) {
        attempt = 1
        isRepeated = false
      }
      if (!isRepeated && authorization?.isRefused(error)) {
        isRepeated = true
        continue
      }
      attempt = await waitToRetry(
        { attempt, error },
        { ...retry, attempts: Number.POSITIVE_INFINITY, signal },
      )
    }
  } catch (error) {
    if (!signal.aborted) callListener(listeners.onError, toTintypeError(error, 'waitMs failed'))
  }
}

interface StreamOptions {
  readonly connection: Connection
  readonly authorization: Authorization
  readonly signal: AbortSignal
  readonly onChange: (change: PhotoChange, id: string) => void
}

/** Resolves when the stream ends. @throws TintypeError if it was refused or failed; the errors of `fetch` */
async function readStream(
  url: string,
  { connection, authorization, signal, onChange }: StreamOptions,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    await followSignals([signal], async (controller) => {
      const onBytes = () => {
        clearTimeout(timer)
        timer = setTimeout(() => controller.abort(networkError('The stream was silent')), silenceMs)
      }
      onBytes()
      const headers = { ...authorization.headers, accept: 'text/event-stream' }
      const response = await (connection.fetch ?? globalThis.fetch)(url, {
        headers,
        cache: 'no-store',
        signal: controller.signal,
      })
      const { body } = response
      if (!response.ok || !body || !/^text\/event-stream/.test(response.headers.get('content-type') ?? ''))
        throw await refusalOf(response)
      await readEvents(body, {
        onBytes,
        onEvent({ event, data, id }) {
          if (event === 'serialized-error') throw errorOf(JSON.parse(data)) ?? networkError(data)
          if (!event && id) onChange(completeUrls(JSON.parse(data) as PhotoChange, connection.url), id)
        },
      })
    })
  } finally {
    clearTimeout(timer)
  }
}

async function refusalOf(response: Response): Promise<TintypeError> {
  const answer = await readResponse(response)
  try {
    return errorOf(await readAnswer(answer), answer) ?? (await unexpectedAnswer(answer))
  } catch (error) {
    return isTintypeError(error) ? error : unexpectedAnswer(answer, error)
  }
}

/** The error in tRPC's envelope, whole or its member `error`. */
function errorOf(json: unknown, answer?: Answer): TintypeError | undefined {
  const { error = json } = json as { error?: unknown }
  return fromProblem((error as { data?: unknown } | undefined)?.data, answer && readRetryAfter(answer))
}
