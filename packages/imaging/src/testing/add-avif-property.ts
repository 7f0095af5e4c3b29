/**
 * Adds an essential property to the one item of an AVIF made by `makeImage` without alpha.
 *
 * @param property a box
 * @see ISO/IEC 23008-12 §9.3 (ipco, ipma)
 */
export function addAvifProperty(avif: Uint8Array, property: Uint8Array): Buffer {
  const bytes = Buffer.from(avif)
  const ipco = findBox(bytes, 'ipco')
  const ipma = findBox(bytes, 'ipma')
  let properties = 0
  for (let at = ipco.start + 8; at < ipco.end; at += bytes.readUInt32BE(at)) properties += 1

  const result = Buffer.concat([
    bytes.subarray(0, ipco.end),
    property,
    bytes.subarray(ipco.end, ipma.end),
    Buffer.of(0x80 | (properties + 1)),
    bytes.subarray(ipma.end),
  ])

  // One more association of the first item, and everything around and behind has moved.
  const countAt = ipma.start + 18 + property.length
  result[countAt] = (result[countAt] ?? 0) + 1
  for (const [type, growth] of [
    ['ipco', property.length],
    ['ipma', 1],
    ['iprp', property.length + 1],
    ['meta', property.length + 1],
  ] as const) {
    const { start } = findBox(result, type)
    result.writeUInt32BE(result.readUInt32BE(start) + growth, start)
  }
  const baseOffsetAt = findBox(result, 'iloc').start + 20
  result.writeUInt32BE(result.readUInt32BE(baseOffsetAt) + property.length + 1, baseOffsetAt)
  return result
}

function findBox(bytes: Buffer, type: string): { readonly start: number; readonly end: number } {
  const start = bytes.indexOf(type, 0, 'latin1') - 4
  if (start < 0) throw new Error(`The AVIF has no ${type} box`)
  return { start, end: start + bytes.readUInt32BE(start) }
}
