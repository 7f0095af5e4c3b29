import type { Readable } from 'node:stream'
import { PassThrough } from 'node:stream'
import type { FileReader } from './read-form.ts'

/**
 * Takes a body that is the file itself.
 *
 * The body is left where it was when this rejects; it is never destroyed.
 *
 * @throws what `readFile` throws, and the signal's reason
 */
export async function readRaw<File>(
  body: Readable,
  { contentType, signal }: { contentType: string; signal: AbortSignal },
  readFile: FileReader<File>,
): Promise<{ file: File }> {
  const bytes = new PassThrough({ signal })
  bytes.on('error', () => {}) // the reader meets it
  body.pipe(bytes)
  try {
    return { file: await readFile(bytes, contentType) }
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    body.unpipe(bytes)
    bytes.destroy()
  }
}
