import { filePart, writeForm } from './multipart.ts'
import { type Connection, chunkOf, requestHead } from './raw-http.ts'

/** A stage of an upload at which a client may leave. */
export interface AbandonedUpload {
  readonly what: string
  /** Sends the upload up to there. */
  send(connection: Connection): Promise<void>
}

/** Uploads of `image` that are broken off, each at another stage. @param longByteSize more than stays in memory */
export function abandonedUploads(image: Uint8Array, longByteSize: number): readonly AbandonedUpload[] {
  const form = writeForm([filePart(image)])
  const begin = (connection: Connection, contentType: string, byteSize: number) =>
    connection.write(requestHead('POST /photos', { 'Content-Type': contentType, 'Content-Length': byteSize }))
  return [
    { what: 'after the headers', send: (connection) => begin(connection, 'image/jpeg', image.length) },
    {
      what: 'in the middle of the file',
      async send(connection) {
        await begin(connection, 'image/jpeg', image.length)
        await connection.write(image.subarray(0, image.length / 2))
      },
    },
    {
      what: 'in the middle of a file that is on the disk already',
      async send(connection) {
        await begin(connection, 'image/jpeg', longByteSize)
        await connection.write(Buffer.concat([image, Buffer.alloc(longByteSize - image.length - 1)]))
      },
    },
    {
      what: 'in the middle of the file of a form',
      async send(connection) {
        await begin(connection, form.contentType, form.body.length)
        await connection.write(form.body.subarray(0, form.body.length / 2))
      },
    },
    {
      what: 'after the file, before the form is closed',
      async send(connection) {
        await begin(connection, form.contentType, form.body.length)
        await connection.write(form.body.subarray(0, -4))
      },
    },
    {
      what: 'in the middle of a chunk',
      async send(connection) {
        const headers = { 'Content-Type': 'image/jpeg', 'Transfer-Encoding': 'chunked' }
        await connection.write(requestHead('POST /photos', headers))
        await connection.write(chunkOf(image).subarray(0, 400))
      },
    },
  ]
}
