/** All bytes of a body. Rejects as reading it does. */
export async function readBytes(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

/** UTF-8, whatever charset is declared; a byte order mark is dropped. */
const utf8 = new TextDecoder()

/** The text of a whole body. */
export function decodeText(bytes: Uint8Array): string {
  return utf8.decode(bytes)
}
