import { createHash } from 'node:crypto'
import { TintypeError } from '@tintype/contract'
import {
  type BlobKey,
  type BlobReader,
  type BlobStore,
  parseBlobKey,
  type StagedSource,
  unreadableReasonOf,
} from '@tintype/storage'

/** Bytes to put aside, in a file. */
export interface AsideBytes {
  readonly source: StagedSource
  readonly byteSize: number
  /** Reads the bytes and returns their digest, as `digestOf`. Called only if the name is taken. */
  readonly digest: () => Promise<string | undefined>
}

/**
 * Stores bytes under a name. Bytes that already have the name are never replaced, because they may be all that is left of
 * another photo: then the name gets a number, such as `.2`. The same bytes are not stored twice.
 *
 * @throws what the store throws; INTERNAL if the store has fewer bytes afterwards
 */
export async function putAside(store: BlobStore, name: BlobKey, bytes: AsideBytes): Promise<void> {
  for (let nth = 1; ; nth += 1) {
    const key = nth === 1 ? name : parseBlobKey(`${name}.${nth}`)
    const options = { contentType: 'application/octet-stream', ifExists: 'fail' } as const
    const outcome = await store.put(key, bytes.source, options)
    const byteSize = (await store.stat(key))?.byteSize
    if (outcome === 'stored' && byteSize === bytes.byteSize) return
    if (outcome === 'stored')
      throw new TintypeError('INTERNAL', `Quarantine has ${byteSize ?? 0} of ${bytes.byteSize} bytes`)
    if (byteSize !== bytes.byteSize) continue
    const digest = await bytes.digest()
    if (digest !== undefined && digest === (await digestOf(store, key))) return
  }
}

/** SHA-256 of a blob in hex digits; `undefined` if it cannot be read to its end. @throws what the store throws */
export async function digestOf(blobs: Pick<BlobReader, 'open'>, key: BlobKey): Promise<string | undefined> {
  const digest = createHash('sha256')
  try {
    const blob = await blobs.open(key)
    if (!blob) return undefined
    for await (const chunk of blob.body) digest.update(chunk)
  } catch (error) {
    if (unreadableReasonOf(error) === undefined) throw error
    return undefined
  }
  return digest.digest('hex')
}
