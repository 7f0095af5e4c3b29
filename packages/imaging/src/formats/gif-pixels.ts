import type { ByteReader } from './byte-reader.ts'

const maxCodes = 4096
const maxCodeBits = 12

/**
 * Whether the compressed data of a GIF's picture describes all its pixels. Counts them by the lengths of the codes' strings and
 * decodes nothing: decoders leave missing pixels bare without a warning. Codes that they refuse are not judged here.
 *
 * @param dataAt offset of the code size, which precedes the first sub-block
 * @see GIF89a §22 (table based image data) and appendix F (variable-length-code LZW)
 */
export function hasAllPixels(bytes: ByteReader, dataAt: number, pixels: number): boolean {
  const rootBits = bytes.byteAt(dataAt)
  const clearCode = 2 ** rootBits
  if (rootBits < 1 || rootBits >= maxCodeBits) return true // The decoder refuses other sizes.
  const nextCode = openCodes(bytes, dataAt + 1)
  const lengths = new Uint32Array(maxCodes).fill(1, 0, clearCode)
  let used = clearCode + 2
  let codeBits = rootBits + 1
  let lastLength = 0
  let counted = 0
  while (counted < pixels) {
    const code = nextCode(codeBits)
    if (code === clearCode) {
      used = clearCode + 2
      codeBits = rootBits + 1
      lastLength = 0
      continue
    }
    if (code < 0 || code === clearCode + 1) return false // The end of the data, or its code.
    const isNew = code === used && lastLength > 0
    if (code >= used && !isNew) return true // The decoder refuses it.
    const length = isNew ? lastLength + 1 : (lengths[code] ?? 0)
    if (lastLength > 0 && used < maxCodes) {
      lengths[used] = lastLength + 1
      used += 1
      if (used === 2 ** codeBits && codeBits < maxCodeBits) codeBits += 1
    }
    lastLength = length
    counted += length
  }
  return true
}

/** Reads codes across sub-blocks, lowest bits first; each call returns -1 from the end of the data on. */
function openCodes(bytes: ByteReader, start: number): (codeBits: number) => number {
  let at = start
  let blockEnd = start
  let held = 0
  let heldBits = 0
  function nextByte(): number {
    if (at === blockEnd) {
      const byteSize = bytes.byteAt(at)
      if (byteSize <= 0) return -1
      blockEnd = at + 1 + byteSize
      at += 1
    }
    const byte = bytes.byteAt(at)
    at += 1
    return byte
  }
  return (codeBits) => {
    while (heldBits < codeBits) {
      const byte = nextByte()
      if (byte < 0) return -1
      held |= byte << heldBits
      heldBits += 8
    }
    const code = held & (2 ** codeBits - 1)
    held >>>= codeBits
    heldBits -= codeBits
    return code
  }
}
