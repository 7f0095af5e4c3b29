import { TintypeError } from '@tintype/contract'
import { abortable } from '../transport/abortable.ts'
import { iterate, unreadable } from './counted-body.ts'
import type { ByteSource, OpenInput, UploadInput } from './upload-input.ts'

/** How an input is opened. */
export interface OpenChoice {
  /** Whether only a blob can be sent: a stream is then read to its end. */
  readonly isWhole: boolean
  readonly signal: AbortSignal | undefined
}

/**
 * Opens an input that is not a blob. A page loads this module only if it has one.
 *
 * @throws TintypeError `FILE_REQUIRED` if a path names no readable file, with the fact `path`, or if a stream fails
 */
export async function openInput(
  input: Exclude<UploadInput, Blob>,
  { isWhole, signal }: OpenChoice,
): Promise<OpenInput> {
  if (typeof input === 'string' || input instanceof URL) return openPath(String(input))
  if (input instanceof ArrayBuffer || ArrayBuffer.isView(input))
    return { body: new Blob([input as BlobPart]) }
  return { body: isWhole ? await gather(input, signal) : input }
}

/** @param path of the file, or its `file:` URL */
async function openPath(path: string): Promise<OpenInput> {
  try {
    // not an import, which bundlers for browsers would fail to resolve
    const { getBuiltinModule } = globalThis.process
    const file = /^file:/i.test(path) ? getBuiltinModule('node:url').fileURLToPath(path) : path
    const body = await getBuiltinModule('node:fs').openAsBlob(file)
    return { body, filename: getBuiltinModule('node:path').basename(file) }
  } catch (cause) {
    throw new TintypeError('FILE_REQUIRED', 'The file could not be opened by its path', {
      facts: { path },
      cause,
    })
  }
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
