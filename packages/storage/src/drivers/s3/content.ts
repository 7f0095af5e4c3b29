import { createHash, hash } from 'node:crypto'
import { createReadStream, type ReadStream } from 'node:fs'
import { TintypeError } from '@tintype/contract'
import type { BlobSource, ContentFacts } from '../../blob-store.ts'
import { toReadError } from '../../storage-error.ts'

/** Bytes to send, with what the engine must be given in advance. */
export type Content = ContentFacts & ({ readonly bytes: Uint8Array } | { readonly path: string })

const pieceByteSize = 256 * 1024

/** Size and digest of a source. A staged file that was not measured is read. @throws what reading it throws */
export async function measure(source: BlobSource): Promise<Content> {
  if (source instanceof Uint8Array)
    return { bytes: source, byteSize: source.byteLength, sha256: hash('sha256', source, 'hex') }
  const { path, facts } = source
  if (facts) return facts.byteSize === 0 ? measure(new Uint8Array()) : { path, ...facts }
  const digest = createHash('sha256')
  let byteSize = 0
  try {
    for await (const chunk of readFile(path)) {
      digest.update(chunk)
      byteSize += chunk.byteLength
    }
  } catch (error) {
    throw toReadError(error)
  }
  return measure({ path, sync: source.sync, facts: { byteSize, sha256: digest.digest('hex') } })
}

/** Reads a file from its start, at most `byteSize` bytes, at least one. Its errors are native. */
export function readFile(path: string, byteSize = Number.POSITIVE_INFINITY): ReadStream {
  return createReadStream(path, { highWaterMark: pieceByteSize, end: byteSize - 1 })
}

/** An error for a staged file that is not what it was when it was checked. */
export function fileChanged(): TintypeError {
  return new TintypeError('INTERNAL', 'The staged file changed before it was stored', {
    facts: { unreadable: 'damaged' },
  })
}
