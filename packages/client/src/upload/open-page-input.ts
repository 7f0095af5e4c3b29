import { TintypeError } from '@tintype/contract'
import { abortable } from '../transport/abortable.ts'
import type { Connection } from '../transport/connection.ts'
import { iterate, unreadable } from './iterate-source.ts'
import { prepareFile } from './prepare-file.ts'
import { putAltInForm } from './put-alt-in-form.ts'
import { readLimits } from './read-limits.ts'
import type { ByteSource, OpenInput, UploadInput } from './upload-input.ts'
import type { UploadOptions } from './upload-options.ts'

/** How an input is opened. */
export interface OpenChoice {
  readonly connection: Connection
  /** Whether XMLHttpRequest sends it, which sends no stream: it is then read to its end. */
  readonly hasXhr: boolean
  readonly options: UploadOptions
}

/**
 * Opens an input that pages have: a blob, bytes or a stream. Prepares and checks it.
 *
 * @throws TintypeError `FILE_REQUIRED` if a stream fails, or for a path, which no page can open; `INVALID_REQUEST` for what is no
 * input; the codes of `prepareFile`
 */
export async function openPageInput(input: UploadInput, choice: OpenChoice): Promise<OpenInput> {
  return prepareOpened(await openBytes(input, choice), choice)
}

async function openBytes(input: UploadInput, { hasXhr, options }: OpenChoice): Promise<OpenInput> {
  if (input instanceof Blob) return { body: input, filename: (input as Partial<File>).name }
  if (input instanceof ArrayBuffer || ArrayBuffer.isView(input))
    return { body: new Blob([input as BlobPart]) }
  if (typeof input === 'string' || input instanceof URL)
    throw new TintypeError('FILE_REQUIRED', 'A page cannot open a path. Expected a File', {
      facts: { path: String(input) },
    })
  if (!isSource(input)) {
    const got = Object.prototype.toString.call(input).slice(8, -1)
    throw new TintypeError(
      'INVALID_REQUEST',
      `Expected a File or Blob, bytes, a stream, or outside of pages a path; got ${got}`,
    )
  }
  // no browser sends a stream
  const isWhole = hasXhr || typeof document !== 'undefined'
  return { body: isWhole ? await gather(input, options.signal) : input }
}

const isSource = (input: object): input is ByteSource => {
  const source = Object(input) // without types anything can come
  return 'getReader' in source || Symbol.asyncIterator in source
}

/**
 * Prepares and checks an opened blob. Puts an alternative text that is too long for a URL into a form.
 *
 * @throws TintypeError the codes of `prepareFile`
 */
export async function prepareOpened(opened: OpenInput, choice: OpenChoice): Promise<OpenInput> {
  const { alt, filename } = choice.options
  const prepared = await prepareBlob(opened, choice)
  return putAltInForm(filename ? { ...prepared, filename } : prepared, alt)
}

async function prepareBlob(
  opened: OpenInput,
  { connection, options: { check = typeof document !== 'undefined', prepare, signal } }: OpenChoice,
): Promise<OpenInput> {
  const { body } = opened
  if (!(body instanceof Blob) || (!check && !prepare)) return opened
  const context = { limits: await readLimits(connection), signal: signal ?? new AbortController().signal }
  return { ...opened, body: await prepareFile(body, { check, prepare, ...context }) }
}

async function gather(source: ByteSource, signal: AbortSignal | undefined): Promise<Blob> {
  const iterator = iterate(source)
  const pieces: BlobPart[] = []
  try {
    for (;;) {
      const { done, value } = await abortable(iterator.next(), signal)
      if (done) return new Blob(pieces)
      pieces.push(value as BlobPart)
    }
  } catch (cause) {
    iterator.return?.().catch(() => {}) // the upload has its outcome already
    throw unreadable(cause)
  }
}
