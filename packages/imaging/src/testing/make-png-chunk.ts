import { crc32 } from 'node:zlib'

/** A PNG chunk with its length and CRC. @see PNG §5.3 */
export function makePngChunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const chunk = Buffer.alloc(body.length + 8)
  chunk.writeUInt32BE(data.length, 0)
  body.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(body), body.length + 4)
  return chunk
}

/** Inserts chunks after the header of a PNG. */
export function withPngChunks(png: Uint8Array, chunks: readonly Uint8Array[]): Uint8Array {
  // Signature and IHDR take 33 bytes in every PNG.
  return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)])
}
