import type { ByteRange } from '@tintype/storage'

/**
 * The one range of bytes that a `Range` header asks for, both ends included.
 *
 * `undefined` means that the whole is served: there is no header, it is malformed, its unit is not `bytes`, or
 * it asks for more than one range. Answering only single ranges is allowed, and ends every game with
 * overlapping ones (threats B262, B263).
 *
 * @param byteSize of the whole representation
 * @returns `unsatisfiable` where the range is well-formed and has no byte in common with the representation
 * @see RFC 9110 §14.1.2, §14.2
 */
export function parseRange(
  header: string | undefined,
  byteSize: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/i.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  if (first === '') return suffix(Number(last), byteSize)
  // However many digits arrive, Number gives a float of that size or Infinity: no overflow, no NaN (threat B265).
  const start = Number(first)
  const end = last === '' ? Number.POSITIVE_INFINITY : Number(last)
  // Two floats of that size can be equal where the digits are not.
  if (last !== '' && BigInt(last) < BigInt(first)) return undefined
  return start < byteSize ? { start, end: Math.min(end, byteSize - 1) } : 'unsatisfiable'
}

function suffix(length: number, byteSize: number): ByteRange | 'unsatisfiable' | undefined {
  if (length === 0) return 'unsatisfiable'
  // All of nothing is satisfiable, but no Content-Range can say it: RFC 9110 §14.4 needs a first byte.
  return byteSize === 0 ? undefined : { start: Math.max(0, byteSize - length), end: byteSize - 1 }
}
