import type { Readable } from 'node:stream'
import { PassThrough } from 'node:stream'
import { type InTurn, pipeInTurns } from './pipe-in-turns.ts'
import type { FileReader } from './read-form.ts'

/**
 * Reads a body that is the file itself.
 *
 * The body is never destroyed: if this rejects, its rest stays unread.
 *
 * @param options.inTurn calls its task when the body may be read on
 * @throws what `readFile` throws, and the signal's reason
 */
export async function readRaw(
  body: Readable,
  { contentType, signal, inTurn }: { contentType: string; signal: AbortSignal; inTurn: InTurn },
  readFile: FileReader,
): Promise<void> {
  const bytes = new PassThrough({ signal })
  bytes.on('error', () => {}) // readFile gets the error
  const endPipe = pipeInTurns(body, bytes, inTurn)
  try {
    await readFile(bytes, contentType)
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    endPipe()
    bytes.destroy()
  }
}
