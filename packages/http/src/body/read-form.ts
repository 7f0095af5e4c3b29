import type { Readable } from 'node:stream'
import { isTintypeError, TintypeError } from '@tintype/contract'
import type { UploadDetails } from '@tintype/photos'
import busboy, { type FileInfo } from 'busboy'
import { enforceFraming } from './enforce-framing.ts'
import { formLimits } from './form-limits.ts'

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
  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<void>()
  const fields: [name: string, value: string][] = []
  const otherFiles: string[] = []
  let reading: Promise<void> | undefined
  let filename: string | undefined
  let received = 0

  parser.on('field', (name, value, { valueTruncated }) => {
    if (!isFieldName(name)) fail(malformed('a part has no name, or one that is too long'))
    else if (valueTruncated || Buffer.byteLength(value) > formLimits.fieldByteSize)
      fail(tooMuch('bytes in one field', formLimits.fieldByteSize))
    else fields.push([name, value])
  })
  parser.on('file', (name: string | undefined, bytes: Readable, info: FileInfo) => {
    bytes.on('error', () => {}) // readFile gets the error; without a listener it would end the process (B030)
    // a file input that was left empty sends a file without a name (B015)
    if (name === 'file' && info.filename !== undefined) {
      filename = info.filename
      reading = readFile(bytes, info.mimeType)
      // busboy ends the file of a broken form with an error of its own
      reading.catch((error) => fail(isTintypeError(error) ? error : malformed('it is cut off', error)))
      return
    }
    bytes.resume()
    if (!isFieldName(name)) fail(malformed('a part has no name, or one that is too long'))
    else otherFiles.push(name)
  })
  parser.on('filesLimit', () =>
    fail(
      new TintypeError('TOO_MANY_FILES', 'The form has more than one file. Send one file with each request'),
    ),
  )
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
    if (!reading) throw fileRequired([...otherFiles, ...fields.map(([name]) => name)])
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
  const boundary = /;\s*boundary=(?:"([^"]*)"|([^\s;]*))/i.exec(contentType)
  const length = (boundary?.[1] ?? boundary?.[2] ?? '').length
  if (length < 1 || length > formLimits.boundaryLength) {
    throw malformed(`its boundary must have 1 to ${formLimits.boundaryLength} characters, but has ${length}`)
  }
  try {
    return busboy({
      headers: { 'content-type': contentType },
      defParamCharset: 'utf8', // browsers send UTF-8; busboy's default is Latin-1 (B045)
      preservePath: true,
      limits: {
        files: 1,
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

function detailsOf(fields: readonly [name: string, value: string][]): UploadDetails {
  const all = (wanted: string) => fields.filter(([name]) => name === wanted).map(([, value]) => value)
  return {
    title: all('title')[0],
    alt: all('alt')[0],
    tags: all('tags').filter((tag) => tag.trim() !== ''),
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

function malformed(why: string, cause?: unknown): TintypeError {
  return new TintypeError('INVALID_MULTIPART', `The form cannot be read: ${why}`, { cause })
}

function tooMuch(what: string, limit: number): TintypeError {
  return new TintypeError('PAYLOAD_TOO_LARGE', `The form has more than the limit of ${limit} ${what}`, {
    facts: { limit },
  })
}
