import type { ByteRange } from '@tintype/storage'

/**
 * The one range of bytes that a `Range` header asks for, both ends included.
 *
 * `undefined` means that the whole is served: there is no header, it is malformed, its unit is not `bytes`, or it has more
 * than one range. HTTP allows a server to answer single ranges only, which makes attacks with overlapping ones impossible
 * (threats B262, B263).
 *
 * @param byteSize of the whole representation
 * @returns `unsatisfiable` if the range is well-formed and has no byte in common with the representation
 * @see RFC 9110 §14.1.2, §14.2
 */
export function parseRange(
  header: string | undefined,
  byteSize: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/i.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  if (first === '') return suffix(Number(last), byteSize)
  // For any number of digits, Number returns a float of that size or Infinity: no overflow, no NaN (threat B265).
  const start = Number(first)
  const end = last === '' ? Number.POSITIVE_INFINITY : Number(last)
  // Two floats of that size can be equal although the digits differ.
  if (last !== '' && BigInt(last) < BigInt(first)) return undefined
  return start < byteSize ? { start, end: Math.min(end, byteSize - 1) } : 'unsatisfiable'
}

function suffix(length: number, byteSize: number): ByteRange | 'unsatisfiable' | undefined {
  if (length === 0) return 'unsatisfiable'
  // A range of an empty file is satisfiable, but Content-Range needs a first byte (RFC 9110 §14.4).
  return byteSize === 0 ? undefined : { start: Math.max(0, byteSize - length), end: byteSize - 1 }
}
