import type { TintypeError } from '@tintype/contract'
import type { Log } from '@tintype/photos'

/**
 * Writes the line of a request, or of one call of a batch, that was not granted: `refused` where the client could have
 * known better, `failed`, with the cause, where the fault is the server's (5xx).
 */
export function logError(
  log: Log,
  error: TintypeError,
  where: { readonly procedure?: string | undefined; readonly requestId?: string } = {},
): void {
  const facts = { ...where, code: error.code, detail: error.message }
  if ((error.status ?? 0) >= 500) log.error({ event: 'failed', ...facts, err: error.cause }, 'failed')
  else log.info({ event: 'refused', ...facts }, 'refused')
}
