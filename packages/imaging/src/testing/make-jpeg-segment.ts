/** A segment of a JPEG. @see ITU-T T.81 §B.1.1.4 */
export function makeJpegSegment(marker: number, content: string | Uint8Array): Buffer {
  const data = typeof content === 'string' ? Buffer.from(content, 'latin1') : content
  const byteSize = data.length + 2
  return Buffer.concat([Buffer.of(0xff, marker, byteSize >> 8, byteSize & 255), data])
}
