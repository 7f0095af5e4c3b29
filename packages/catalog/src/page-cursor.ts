import { TintypeError } from '@tintype/contract'

/**
 * Every cursor starts with this byte. A driver whose positions are no insertion numbers must use
 * another one: then neither reads the other's cursors.
 */
const version = 1
const byteLength = 9

/**
 * A position in a list as clients carry it: base64url of the version and the insertion number, 12 characters.
 * The length is fixed so that no beginning of a cursor is a cursor as well (threat B294).
 *
 * @param seq insertion number of the last photo of a page: an integer of at least 1
 */
export function formatCursor(seq: number): string {
  const bytes = Buffer.alloc(byteLength)
  bytes.writeUInt8(version)
  bytes.writeBigUInt64BE(BigInt(seq), 1)
  return bytes.toString('base64url')
}

/**
 * Reads a cursor back into its insertion number; a photo with that number need not exist any more.
 *
 * @throws INVALID_REQUEST for everything that `formatCursor` does not give
 */
export function parseCursor(cursor: string): number {
  const bytes = Buffer.from(cursor, 'base64url')
  const seq = bytes.length === byteLength ? Number(bytes.readBigUInt64BE(1)) : 0
  // Buffer skips what is not base64url, so only the way back proves that this was all of it.
  if (!Number.isSafeInteger(seq) || seq < 1 || formatCursor(seq) !== cursor)
    throw new TintypeError('INVALID_REQUEST', 'cursor must come from a previous page')
  return seq
}
