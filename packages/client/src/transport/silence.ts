import { TintypeError } from '@tintype/contract'

/** What a request waits for: its source, the network while it sends, or the answer. */
export type SendStep = 'reading' | 'sending' | 'sent'

/** How long a step may last without progress, in milliseconds. A slow source is no failure of the network, so it may wait. */
export const silenceMs = { reading: undefined, sending: 30_000, sent: 120_000 } as const

/** The error for a request that was silent for too long. */
export function silence(step: SendStep): TintypeError {
  return networkError(`No progress within ${silenceMs[step]} ms`)
}

/** The error for a request that got no answer. */
export function networkError(cause: unknown): TintypeError {
  return new TintypeError('NETWORK_ERROR', 'The server did not answer', { cause })
}
