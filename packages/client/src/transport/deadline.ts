import { followSignals } from './follow-signals.ts'
import { type SendStep, silence, silenceMs } from './silence.ts'

/** The limit of one request. */
export interface Deadline {
  /** Aborted by the caller's signal, and with a `NETWORK_ERROR` when the request was silent for too long. */
  readonly signal: AbortSignal
  /** Starts the time of a step. */
  enter(step: SendStep): void
}

/** Runs one request that ends when it is silent for too long: 30 seconds without progress, or 120 seconds without an answer. */
export function withDeadline<Value>(
  signal: AbortSignal | null | undefined,
  send: (deadline: Deadline) => Promise<Value>,
): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined
  return followSignals([signal], (controller) =>
    send({
      signal: controller.signal,
      enter(step) {
        clearTimeout(timer)
        if (silenceMs[step]) timer = setTimeout(() => controller.abort(silence(step)), silenceMs[step])
      },
    }),
  ).finally(() => clearTimeout(timer))
}
