import type { Readable } from 'node:stream'
import { isTintypeError, type TintypeError } from '@tintype/contract'
import type { UploadDetails } from '@tintype/photos'
import busboy, { type FileInfo } from 'busboy'
import { enforceFraming } from './enforce-framing.ts'
import { formLimits } from './form-limits.ts'
import { explainEncoded, fileRequired, malformed, tooManyFiles, tooMuch } from './form-refusals.ts'
import { detailsOfForm, findMeantName, type SentText } from './form-texts.ts'
import { type PartHeaders, readPartHeaders } from './part-headers.ts'
import { type InTurn, pipeInTurns } from './pipe-in-turns.ts'

/** Reads a file to its end, and resolves then. */
export type FileReader = (bytes: Readable, declaredType: string) => Promise<void>

/** How a form is read. */
export interface FormOptions {
  /** With its boundary. */
  readonly contentType: string
  /** Ends the reading, with its reason. */
  readonly signal: AbortSignal
  /** Bytes of the whole form, including everything that is ignored. */
  readonly maxByteSize: number
  /** Calls its task when the body may be read on. */
  readonly inTurn: InTurn
}

/** Bytes of a body that a refusal shows. */
const shownByteSize = 80

/**
 * Reads a `multipart/form-data` body. `readFile` gets the file named `file` while it arrives; the fields before and after
 * it are collected. Resolves only when the form has ended correctly: a file of a form that was cut off is never accepted
 * as complete (threat B006).
 *
 * The body is never destroyed: if this rejects, its rest stays unread.
 *
 * @returns the filename and the fields
 * @throws FILE_REQUIRED, TOO_MANY_FILES, INVALID_MULTIPART, PAYLOAD_TOO_LARGE, what `readFile` throws, and the signal's reason
 * @see RFC 7578
 */
export async function readForm(
  body: Readable,
  { contentType, signal, maxByteSize, inTurn }: FormOptions,
  readFile: FileReader,
): Promise<UploadDetails> {
  const boundary = readBoundary(contentType)
  const parser = createParser(boundary)
  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<void>()
  const unread: string[] = []
  const parts = readPartHeaders(parser, (disposition) => unread.push(disposition.slice(0, 200)))
  const framing = enforceFraming(parser, { boundary, onBroken: (why) => fail(malformed(why)) })
  const texts: SentText[] = []
  const others: [name: string, why?: string][] = []
  let reading: Promise<void> | undefined
  let file: PartHeaders | undefined
  const files: string[] = []
  let received = 0
  let head = Buffer.alloc(0)

  parser.on('field', (reported, bytes, { valueTruncated }) => {
    const part = parts.of(reported)
    if (!isFieldName(part?.name)) fail(nameless())
    else if (findMeantName(part.name)) fail(misnamed(part.name))
    else if (isEncoded(part)) fail(malformed(`a text is in ${part.encoding}, which is not decoded`))
    else if (!valueTruncated && bytes.length <= formLimits.fieldByteSize) texts.push({ part, bytes })
    else if (part.name === 'file') fail(fileRequired([['file', withoutFilename]]))
    else fail(tooMuch('bytes in one field', formLimits.fieldByteSize))
  })
  parser.on('file', (reported: string | undefined, bytes: Readable, { mimeType }: FileInfo) => {
    bytes.on('error', () => {}) // readFile gets the error; without a listener it would end the process (B030)
    const part = parts.of(reported)
    const read = () => {
      files.push(part?.name ?? '')
      if (files.length > 1) fail(tooManyFiles(files))
      if (part?.name === 'file' && part.filename === '') others.push(['file', 'its filename is empty'])
      if (files.length > 1 || part?.name !== 'file' || part.filename === '') return bytes.resume()
      file = part
      reading = readFile(bytes, mimeType).catch((error) => {
        throw isEncoded(part) ? explainEncoded(error, part.encoding) : error
      })
      // busboy ends the file of a broken form with an error of its own
      reading.catch((error) => fail(isTintypeError(error) ? error : malformed('it is cut off', error)))
    }
    if (!isFieldName(part?.name)) fail(nameless())
    else if (findMeantName(part.name)) fail(misnamed(part.name))
    if (part?.name !== 'file') others.push([part?.name ?? ''])
    // a file input that was left blank sends a file without a name and without bytes (B015)
    if (part?.filename !== '') read()
    else bytes.once('readable', () => (bytes.readableLength > 0 ? read() : bytes.resume()))
  })
  parser.on('fieldsLimit', () => fail(tooMuch('fields', formLimits.fields)))
  parser.on('partsLimit', () => fail(tooMuch('parts', formLimits.parts)))
  parser.on('error', (cause) => fail(malformed(reasonOf(cause), cause)))
  parser.on('close', end)
  const abort = () => fail(signal.reason)
  // without a declared size, bytes that are ignored could go on for ever (B010, B011, B019)
  const count = (chunk: Buffer) => {
    received += chunk.length
    if (head.length < shownByteSize) head = Buffer.concat([head, chunk.subarray(0, shownByteSize)])
    if (received > maxByteSize) fail(tooMuch('bytes', maxByteSize))
  }
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()

  /** Why busboy does not read a form. */
  function reasonOf(error: unknown): string {
    if (error instanceof Error && error.message === 'Malformed part header')
      return 'the headers of a part are malformed. Expected lines of "Name: value", each with CR LF, and an empty line after them'
    if (framing.hasBegun()) return 'it is cut off: the boundary with "--" that ends it is missing'
    if (received === 0) return 'the body is empty'
    const shown = JSON.stringify(head.toString('latin1', 0, shownByteSize))
    return `its Content-Type has the boundary ${JSON.stringify(boundary)}, which is not in the body. The body begins with ${shown}`
  }

  body.on('data', count)
  const endPipe = pipeInTurns(body, parser, inTurn)
  try {
    await ended
    if (files.length > 1) throw tooManyFiles(files)
    const lost = unread.find((disposition) => file || /^\s*form-data/i.test(disposition))
    if (lost !== undefined) throw unreadName(lost)
    if (!reading || !file)
      throw fileRequired([...others, ...texts.map(labelText), ...unread.map(labelUnread)])
    await reading
    return detailsOfForm(file, texts)
  } finally {
    signal.removeEventListener('abort', abort)
    body.off('data', count)
    endPipe()
    parser.destroy() // also ends the file's stream, and so readFile
    await Promise.allSettled([reading])
  }
}

function readBoundary(contentType: string): string {
  const match = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;]*))/i.exec(contentType)
  const boundary = match?.[1] ?? match?.[2] ?? ''
  const { length } = boundary
  if (length >= 1 && length <= formLimits.boundaryLength) return boundary
  throw malformed(
    `its boundary must have 1 to ${formLimits.boundaryLength} characters, but has ${length}. ` +
      'Leave Content-Type out if your client sets it together with the boundary',
  )
}

function createParser(boundary: string) {
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

/** busboy does not enforce `fieldNameSize` for forms, and accepts parts without a name (B018, B032). Marks alone are no name. */
function isFieldName(name: string | undefined): name is string {
  return (
    name !== undefined &&
    /[\p{L}\p{N}\p{So}_]/u.test(name) &&
    Buffer.byteLength(name) <= formLimits.fieldNameByteSize
  )
}

/** Encodings of mail, which no client of today uses for forms, and compression. @see RFC 7578 §4.7 */
function isEncoded({ encoding }: PartHeaders): boolean {
  return /^(?:base64|quoted-printable|(?:x-)?uu(?:e|encode)|gzip|x-gzip|deflate|br|zstd|compress)$/.test(
    encoding,
  )
}

const withoutFilename = 'without a filename'
const labelText = ({ part: { name } }: SentText): [string, string?] =>
  name === 'file' ? [name, withoutFilename] : [name]

function misnamed(name: string): TintypeError {
  return malformed(`a part is named ${JSON.stringify(name)}. Expected ${JSON.stringify(findMeantName(name))}`)
}

function nameless(): TintypeError {
  return malformed(`a part has no name, or one of more than ${formLimits.fieldNameByteSize} bytes`)
}

const labelUnread = (disposition: string): [string, string] => [disposition, 'not form-data']

/** Its text would be lost in silence. */
function unreadName(disposition: string): TintypeError {
  const sent = JSON.stringify(disposition)
  return malformed(`expected Content-Disposition: form-data; name="…" of a part, but it was ${sent}`)
}
