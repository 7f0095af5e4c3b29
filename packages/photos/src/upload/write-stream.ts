import { finished, type Readable } from 'node:stream'

/**
 * Writes a stream's chunks one at a time, as they are. Iterating over the stream would copy the chunks that wait into one, and
 * leave them to the garbage collector: with a thousand slow uploads these were tens of MiB.
 *
 * @param write as `UploadSession.write`
 * @throws what `write` throws, and then the stream is closed; the stream's own error
 */
export async function writeStream(
  bytes: Readable,
  write: (chunk: Uint8Array) => Promise<void> | undefined,
): Promise<void> {
  const { promise: written, resolve, reject } = Promise.withResolvers<void>()
  const refuse = (error: unknown) => {
    reject(error)
    bytes.destroy()
  }
  const continueReading = () => void bytes.resume()
  let room: Promise<void> | undefined
  bytes.on('data', (chunk: Uint8Array) => {
    room = write(chunk)
    if (room === undefined) return
    bytes.pause()
    room.then(continueReading, refuse)
  })
  // a stream that is stopped can end all the same, before its last chunk is accepted
  finished(bytes, { writable: false }, (error) => (error ? reject(error) : resolve(room)))
  bytes.resume() // a listener of 'readable' may have stopped it before
  return await written
}
