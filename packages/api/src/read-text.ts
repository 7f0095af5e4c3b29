/** UTF-8, whatever charset is declared; a byte order mark is dropped. */
const utf8 = new TextDecoder()

/** The text of a whole body. Rejects as reading it does. */
export async function readText(body: AsyncIterable<Uint8Array> | readonly Uint8Array[]): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return utf8.decode(Buffer.concat(chunks))
}
