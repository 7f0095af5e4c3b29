import { TintypeError } from '@tintype/contract'
import type { LogStream } from '../observability/log-stream.ts'
import type { Signals } from '../serving/serve-until-stopped.ts'

/** Where a command writes. */
export interface Output {
  /** Calls back when the text was written, or cannot be. */
  write(text: string, taken?: () => void): unknown
  /** Whether it is a terminal. */
  readonly isTTY?: boolean
}

/** Everything that a command knows of its process. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The arguments after the command's name. */
  readonly args: readonly string[]
  readonly stdout: Output
  readonly stderr: Output
  readonly signals: Signals
  /** Opens the log's stream; the caller disposes it. */
  readonly openLog: () => LogStream
}

/** Resolves with the exit code; rejects with an error for the operator. */
export type Command = (context: CommandContext) => Promise<number>

/** A signal that aborts on SIGINT and SIGTERM, so that the command can remove unfinished work. */
export function abortOnSignals(signals: Signals): AbortSignal {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    signals.on(name, () => stop.abort(new TintypeError('ABORTED', `It was interrupted by ${name}`)))
  return stop.signal
}
