import { TintypeError } from '@tintype/contract'

/** How long requests that run may take to end, milliseconds. */
const graceMs = 30_000
/** How long the answers to requests that were aborted may take, milliseconds. */
const lastAnswersMs = 1000

/** Requests that must end because the server stops. */
export interface EndingRequests {
  /** Resolves when none runs. Nothing new may begin. */
  readonly ended: Promise<unknown>
  /** Aborts uploads and calls. */
  readonly stopping: AbortController
  /** Cuts what still runs. */
  readonly cut: () => void
  /** End the wait early. */
  readonly hurries?: readonly Promise<unknown>[]
  /** How long requests that run may take to end, milliseconds. @default 30_000 */
  readonly waitMs?: number | undefined
}

/** Waits for the requests that run, aborts those that last too long with 503, and cuts those that do not end then. */
export async function endRequests(options: EndingRequests): Promise<void> {
  const { ended, stopping, cut, hurries = [], waitMs = graceMs } = options
  const timer = Promise.withResolvers<void>()
  const grace = setTimeout(timer.resolve, waitMs)
  await Promise.race([ended, timer.promise, ...hurries])
  clearTimeout(grace)

  stopping.abort(new TintypeError('OVERLOADED', 'The server is stopping', { retryAfterSeconds: 5 }))
  const lastAnswers = setTimeout(cut, lastAnswersMs)
  await ended
  clearTimeout(lastAnswers)
}
