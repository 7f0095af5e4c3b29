import { type SystemLimits, TintypeError } from '@tintype/contract'
import { toTintypeError } from '../transport/to-tintype-error.ts'

/** Changes a file before it is sent, for example to a smaller picture. */
export type PrepareFile = (file: Blob, context: PrepareContext) => Blob | Promise<Blob>

/** What is known when a file is prepared. */
export interface PrepareContext {
  /** `undefined` if the server did not say them in time, or the client of a queue has no `system`. */
  readonly limits: SystemLimits | undefined
  /** Aborted when the file is cancelled, or the queue is paused. */
  readonly signal: AbortSignal
}

/** How a file is prepared. */
export interface Preparation extends PrepareContext {
  readonly check: boolean
  readonly prepare: PrepareFile | undefined
}

/** @throws TintypeError `EMPTY_FILE`, `PAYLOAD_TOO_LARGE`, `NOT_AN_IMAGE`, as the server would; `INVALID_REQUEST` if `prepare` fails or returns no file */
export async function prepareFile(
  file: Blob,
  { check, prepare, limits, signal }: Preparation,
): Promise<Blob> {
  let prepared = file
  try {
    if (prepare) prepared = await prepare(file, { limits, signal })
  } catch (cause) {
    throw toTintypeError(cause, 'prepare failed')
  }
  if (!(prepared instanceof Blob))
    throw new TintypeError('INVALID_REQUEST', 'prepare returned no file. Expected a File or Blob')
  if (check) await checkFile(prepared, limits)
  return prepared
}

async function checkFile(file: Blob, limits: SystemLimits | undefined): Promise<void> {
  if (!file.size) throw new TintypeError('EMPTY_FILE', 'The file is empty. Send an image')
  if (!limits) return
  const { maxUploadByteSize: limit, formats } = limits
  if (file.size > limit) {
    const facts = { limit, received: file.size }
    throw new TintypeError(
      'PAYLOAD_TOO_LARGE',
      `The file has ${file.size} bytes. Expected at most ${limit}`,
      { facts },
    )
  }
  const bytes = new Uint8Array(await file.slice(0, 32).arrayBuffer().catch(unreadable))
  const head = String.fromCharCode(...bytes)
  // a newer server may accept formats that are unknown here
  if (!formats.every((one) => one in marks) || formats.some((one) => marks[one].test(head))) return
  throw new TintypeError('NOT_AN_IMAGE', `The file is not an image. Expected one of ${formats.join(', ')}`, {
    facts: { accepted: formats },
  })
}

/** First bytes of each format. The server decides; this only spares it files that it would refuse anyway. */
const marks = {
  jpeg: /^\xff\xd8\xff/,
  png: /^\x89PNG/,
  gif: /^GIF8/,
  webp: /^RIFF.{4}WEBP/s,
  avif: /^.{4}ftyp/s,
} as const satisfies Record<SystemLimits['formats'][number], RegExp>

function unreadable(cause: unknown): never {
  throw new TintypeError('FILE_REQUIRED', 'The file could not be read', { cause })
}
