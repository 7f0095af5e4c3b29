import { TintypeError } from '@tintype/contract'
import type { LogStream } from '../observability/log-stream.ts'
import type { Signals } from '../serving/serve-until-stopped.ts'

/** Where a command writes. */
export interface Output {
  /** Calls back when the text was taken, or cannot be. */
  write(text: string, taken?: () => void): unknown
  /** Whether a person looks at it as it is written. */
  readonly isTTY?: boolean
}

/** All that a command sees of its process. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>
  /** What stands behind the command's name. */
  readonly args: readonly string[]
  readonly stdout: Output
  readonly stderr: Output
  readonly signals: Signals
  /** Where lines of a log go; the caller disposes it. */
  readonly openLog: () => LogStream
}

/** Resolves with the exit code; rejects with an error for the operator. */
export type Command = (context: CommandContext) => Promise<number>

/** A signal that is aborted when the process is told to stop, so that what is half-done can be removed. */
export function abortOnSignals(signals: Signals): AbortSignal {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    signals.on(name, () => stop.abort(new TintypeError('ABORTED', `It was interrupted by ${name}`)))
  return stop.signal
}
