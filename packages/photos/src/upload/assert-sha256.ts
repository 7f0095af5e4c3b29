import { TintypeError } from '@tintype/contract'

/** Checks that what arrived is what was sent; 64 lower-case hex digits each. @throws DIGEST_MISMATCH */
export function assertSha256(received: string, expected: readonly string[]): void {
  for (const sha256 of expected) {
    if (sha256 === received) continue
    const detail = 'What arrived does not have the expected SHA-256, so nothing was kept. Send it again'
    throw new TintypeError('DIGEST_MISMATCH', detail, { facts: { expected: sha256, received } })
  }
}
