import { TintypeError } from '@tintype/contract'

/**
 * The error for a credential that is not accepted. Texts are the same for every kind and every reason but the time, so
 * that an answer does not show which part was wrong (threat B229).
 *
 * @param reason `expired` only if everything else about the credential is right
 */
export function refuseCredential(reason: 'invalid' | 'expired', cause?: unknown): TintypeError {
  const detail =
    reason === 'expired'
      ? 'The credential has expired. Get a new one'
      : 'The credential is not valid. Expected one API key, upload token or JWT in the header Authorization: Bearer'
  return new TintypeError('UNAUTHENTICATED', detail, { facts: { reason }, cause })
}
