import { TintypeError } from '@tintype/contract'

/**
 * Every cursor starts with this byte. A driver with positions of another kind must use another byte, so that drivers refuse
 * each other's cursors.
 */
const version = 1
const byteLength = 9

/**
 * Formats a position in a list for clients: base64url of the version and the insertion number, 12 characters. The length is
 * fixed, so that a cursor that was cut off is refused (threat B294).
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
 * Reads a cursor's insertion number. A photo with that number may no longer exist.
 *
 * @throws INVALID_REQUEST for every text that `formatCursor` does not return
 */
export function parseCursor(cursor: string): number {
  const bytes = Buffer.from(cursor, 'base64url')
  const seq = bytes.length === byteLength ? Number(bytes.readBigUInt64BE(1)) : 0
  // Buffer skips other characters than base64url, so the text is compared with the number's own cursor.
  if (!Number.isSafeInteger(seq) || seq < 1 || formatCursor(seq) !== cursor)
    throw new TintypeError('INVALID_REQUEST', 'cursor must come from a previous page')
  return seq
}

/** The first byte of a cursor in the order of the time that photos were taken. */
const takenVersion = 2

/** A position in a list that is sorted by the time that photos were taken. */
interface TakenPosition {
  readonly seq: number
  /** 19 visible ASCII characters. */
  readonly takenKey: string
}

/** The same for a list that is sorted by the time that photos were taken. Base64url of the version, the number and that time. */
export function formatTakenCursor({ seq, takenKey }: TakenPosition): string {
  const bytes = Buffer.alloc(byteLength)
  bytes.writeUInt8(takenVersion)
  bytes.writeBigUInt64BE(BigInt(seq), 1)
  return Buffer.concat([bytes, Buffer.from(takenKey, 'latin1')]).toString('base64url')
}

/**
 * Reads a cursor of `formatTakenCursor`.
 *
 * @throws INVALID_REQUEST for every text that it does not return
 */
export function parseTakenCursor(cursor: string): TakenPosition {
  const bytes = Buffer.from(cursor, 'base64url')
  const seq = bytes.length >= byteLength ? Number(bytes.readBigUInt64BE(1)) : 0
  const takenKey = bytes.subarray(byteLength).toString('latin1')
  const isValid = Number.isSafeInteger(seq) && seq >= 1 && /^[!-~]{19}$/.test(takenKey)
  if (!isValid || formatTakenCursor({ seq, takenKey }) !== cursor)
    throw new TintypeError('INVALID_REQUEST', 'cursor must come from a previous page of the same order')
  return { seq, takenKey }
}
