import type { Readable } from 'node:stream'
import { isTintypeError, TintypeError } from '@tintype/contract'
import type { UploadDetails } from '@tintype/photos'
import busboy, { type FileInfo } from 'busboy'
import { enforceFraming } from './enforce-framing.ts'
import { formLimits } from './form-limits.ts'
import { decodeField, type PartHeaders, readPartHeaders } from './part-headers.ts'

/** Reads a file to its end, and resolves then. */
export type FileReader = (bytes: Readable, declaredType: string) => Promise<void>

/**
 * Reads a `multipart/form-data` body. `readFile` gets the file named `file` while it arrives; the fields before and after
 * it are collected. Resolves only when the form has ended correctly: a file of a form that was cut off is never accepted
 * as complete (threat B006).
 *
 * The body is never destroyed: if this rejects, its rest stays unread.
 *
 * @param options.maxByteSize bytes of the whole form, including everything that is ignored
 * @returns the filename and the fields
 * @throws FILE_REQUIRED, TOO_MANY_FILES, INVALID_MULTIPART, PAYLOAD_TOO_LARGE, what `readFile` throws, and the signal's reason
 * @see RFC 7578
 */
export async function readForm(
  body: Readable,
  { contentType, signal, maxByteSize }: { contentType: string; signal: AbortSignal; maxByteSize: number },
  readFile: FileReader,
): Promise<UploadDetails> {
  const parser = createParser(contentType)
  const parts = readPartHeaders(parser)
  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<void>()
  const fields: [name: string, value: string][] = []
  const otherFiles: string[] = []
  let reading: Promise<void> | undefined
  let filename: string | undefined
  let files = 0
  let received = 0

  parser.on('field', (reported, bytes, { valueTruncated }) => {
    const part = parts.of(reported)
    const value = decodeField(bytes, part?.charset)
    if (!isFieldName(part?.name)) fail(malformed('a part has no name, or one that is too long'))
    else if (isEncoded(part)) fail(malformed(`a text is in ${part.encoding}, which is not decoded`))
    else if (value === undefined)
      fail(malformed(`the charset ${part.charset} of a text is not known, or its bytes are of another one`))
    else if (!valueTruncated && bytes.length <= formLimits.fieldByteSize) fields.push([part.name, value])
    else if (part.name === 'file') fail(fileRequired(['file']))
    else fail(tooMuch('bytes in one field', formLimits.fieldByteSize))
  })
  parser.on('file', (reported: string | undefined, bytes: Readable, { mimeType }: FileInfo) => {
    bytes.on('error', () => {}) // readFile gets the error; without a listener it would end the process (B030)
    const part = parts.of(reported)
    const read = () => {
      files += 1
      if (files > 1 || part?.name !== 'file' || part.filename === '') return bytes.resume()
      filename = part.filename
      reading = readFile(bytes, mimeType)
      // busboy ends the file of a broken form with an error of its own
      reading.catch((error) => fail(isTintypeError(error) ? error : malformed('it is cut off', error)))
    }
    if (!isFieldName(part?.name)) fail(malformed('a part has no name, or one that is too long'))
    if (part?.name !== 'file') otherFiles.push(part?.name ?? '')
    // a file input that was left blank sends a file without a name and without bytes (B015)
    if (part?.filename !== '') read()
    else bytes.once('readable', () => (bytes.readableLength > 0 ? read() : bytes.resume()))
    if (files > 1) fail(tooManyFiles())
  })
  parser.on('fieldsLimit', () => fail(tooMuch('fields', formLimits.fields)))
  parser.on('partsLimit', () => fail(tooMuch('parts', formLimits.parts)))
  parser.on('error', (cause) =>
    fail(malformed('it is cut off, or its parts are not separated by its boundary', cause)),
  )
  parser.on('close', end)
  enforceFraming(parser, () => fail(malformed('a boundary is inside the headers of a part')))
  const abort = () => fail(signal.reason)
  // without a declared size, bytes that are ignored could go on for ever (B010, B011, B019)
  const count = (chunk: Uint8Array) => {
    received += chunk.length
    if (received > maxByteSize) fail(tooMuch('bytes', maxByteSize))
  }
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()

  try {
    body.on('data', count)
    body.pipe(parser)
    await ended
    if (files > 1) throw tooManyFiles()
    if (!reading) throw fileRequired([...otherFiles, ...fields.map(([name]) => name)])
    // its text would be lost in silence
    if (parts.hasUnread()) throw malformed('the Content-Disposition of a part is not form-data with a name')
    await reading
    return { filename, ...detailsOf(fields) }
  } finally {
    signal.removeEventListener('abort', abort)
    body.off('data', count)
    body.unpipe(parser)
    parser.destroy() // also ends the file's stream, and so readFile
    await Promise.allSettled([reading])
  }
}

function createParser(contentType: string) {
  const match = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;]*))/i.exec(contentType)
  const boundary = match?.[1] ?? match?.[2] ?? ''
  const { length } = boundary
  if (length < 1 || length > formLimits.boundaryLength) {
    throw malformed(`its boundary must have 1 to ${formLimits.boundaryLength} characters, but has ${length}`)
  }
  try {
    return busboy({
      // in quotes, because busboy accepts fewer characters without them than clients send
      headers: { 'content-type': `multipart/form-data; boundary="${boundary.replace(/["\\]/g, '\\$&')}"` },
      limits: {
        fields: formLimits.fields,
        // busboy reports this limit when it is reached, not when it is exceeded (B084)
        parts: formLimits.parts + 1,
        fieldSize: formLimits.fieldByteSize + 1,
        headerPairs: formLimits.headerPairs,
      },
    })
  } catch (cause) {
    throw malformed('its content type cannot be read', cause)
  }
}

/** busboy does not enforce `fieldNameSize` for forms, and accepts parts without a name (B018, B032). */
function isFieldName(name: string | undefined): name is string {
  return name !== undefined && name !== '' && Buffer.byteLength(name) <= formLimits.fieldNameByteSize
}

/** Encodings of mail, which no client of today uses for forms. @see RFC 7578 §4.7 */
function isEncoded({ encoding }: PartHeaders): boolean {
  return encoding === 'base64' || encoding === 'quoted-printable'
}

function detailsOf(fields: readonly [name: string, value: string][]): UploadDetails {
  const all = (wanted: string) => fields.filter(([name]) => name === wanted).map(([, value]) => value)
  return {
    title: all('title')[0],
    alt: all('alt')[0],
    // PHP, Rails and axios write `tags[]` or `tags[0]` for a list
    tags: fields
      .filter(([name, value]) => /^tags(?:\[\d{0,4}\])?$/.test(name) && value.trim() !== '')
      .map(([, tag]) => tag),
    owner: all('owner')[0],
    visibility: all('visibility')[0],
  }
}

function fileRequired(names: readonly string[]): TintypeError {
  const received = [...new Set(names)].slice(0, formLimits.parts)
  const parts = received.length > 0 ? received.join(', ') : 'none'
  const detail = `Expected a part named "file" with a filename. Received parts: ${parts}`
  return new TintypeError('FILE_REQUIRED', detail, { facts: { received } })
}

function tooManyFiles(): TintypeError {
  const detail = 'The form has more than one file. Send one file with each request'
  return new TintypeError('TOO_MANY_FILES', detail)
}

function malformed(why: string, cause?: unknown): TintypeError {
  return new TintypeError('INVALID_MULTIPART', `The form cannot be read: ${why}`, { cause })
}

function tooMuch(what: string, limit: number): TintypeError {
  return new TintypeError('PAYLOAD_TOO_LARGE', `The form has more than the limit of ${limit} ${what}`, {
    facts: { limit },
  })
}
