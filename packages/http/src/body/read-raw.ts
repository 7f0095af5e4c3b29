import type { Readable } from 'node:stream'
import { PassThrough } from 'node:stream'
import type { FileReader } from './read-form.ts'

/**
 * Reads a body that is the file itself.
 *
 * The body is never destroyed: if this rejects, its rest stays unread.
 *
 * @throws what `readFile` throws, and the signal's reason
 */
export async function readRaw(
  body: Readable,
  { contentType, signal }: { contentType: string; signal: AbortSignal },
  readFile: FileReader,
): Promise<void> {
  const bytes = new PassThrough({ signal })
  bytes.on('error', () => {}) // readFile gets the error
  body.pipe(bytes)
  try {
    await readFile(bytes, contentType)
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    body.unpipe(bytes)
    bytes.destroy()
  }
}
