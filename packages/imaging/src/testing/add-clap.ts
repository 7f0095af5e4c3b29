/**
 * Adds a clean aperture of 1 × 1 to an AVIF made by `makeImage` without alpha: it displays as one pixel, and
 * costs as much as before to decode.
 *
 * @see ISO/IEC 14496-12 §12.1.4 (clap), ISO/IEC 23008-12 §9.3 (ipma)
 */
export function addClap(avif: Uint8Array): Uint8Array {
  const bytes = Buffer.from(avif)
  const ipco = findBox(bytes, 'ipco')
  const ipma = findBox(bytes, 'ipma')
  let properties = 0
  for (let at = ipco.start + 8; at < ipco.end; at += bytes.readUInt32BE(at)) properties += 1

  const clap = Buffer.alloc(40)
  clap.writeUInt32BE(40, 0)
  clap.write('clap', 4, 'latin1')
  for (const [index, value] of [1, 1, 1, 1, 0, 1, 0, 1].entries()) clap.writeUInt32BE(value, 8 + index * 4)
  const result = Buffer.concat([
    bytes.subarray(0, ipco.end),
    clap,
    bytes.subarray(ipco.end, ipma.end),
    Buffer.of(0x80 | (properties + 1)),
    bytes.subarray(ipma.end),
  ])

  // One more association of the first item, and everything around and behind has moved.
  result[ipma.start + 18 + 40] = (result[ipma.start + 18 + 40] ?? 0) + 1
  for (const [type, growth] of [
    ['ipco', 40],
    ['ipma', 1],
    ['iprp', 41],
    ['meta', 41],
  ] as const) {
    const { start } = findBox(result, type)
    result.writeUInt32BE(result.readUInt32BE(start) + growth, start)
  }
  const baseOffsetAt = findBox(result, 'iloc').start + 20
  result.writeUInt32BE(result.readUInt32BE(baseOffsetAt) + 41, baseOffsetAt)
  return result
}

function findBox(bytes: Buffer, type: string): { readonly start: number; readonly end: number } {
  const start = bytes.indexOf(type, 0, 'latin1') - 4
  if (start < 0) throw new Error(`The AVIF has no ${type} box`)
  return { start, end: start + bytes.readUInt32BE(start) }
}
