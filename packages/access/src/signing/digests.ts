import { hash, timingSafeEqual } from 'node:crypto'

/** Bytes of a SHA-256 digest and of an HMAC-SHA-256. */
export const digestByteSize = 32

/** SHA-256 of a text's UTF-8 bytes. */
export function digestOf(text: string): Buffer {
  // As text first: its bytes then come from Node's pool, and a buffer of its own has to be collected for each digest.
  return Buffer.from(hash('sha256', text, 'binary'), 'binary')
}

/**
 * Whether two digests are equal, in a time that does not depend on their bytes (threat B223).
 *
 * @throws RangeError if one of them is no digest of 32 bytes: lengths must never decide
 */
export function equalDigests(one: Uint8Array, other: Uint8Array): boolean {
  if (one.byteLength !== digestByteSize || other.byteLength !== digestByteSize)
    throw new RangeError(`Expected two digests of ${digestByteSize} bytes`)
  return timingSafeEqual(one, other)
}

/**
 * Reads a digest in base64url. `undefined` if it is anything but the one way to write 32 bytes: the last of the 43
 * characters has two spare bits, which must be zero (threat B215).
 */
export function parseDigest(text: string): Buffer | undefined {
  if (!/^[\w-]{43}$/.test(text)) return undefined
  const digest = Buffer.from(text, 'base64url')
  return digest.toString('base64url') === text ? digest : undefined
}
