import { createHash } from 'node:crypto'
import { type BlobKey, type BlobReader, unreadableReasonOf } from '@tintype/storage'

/** How stored bytes can differ from their row. */
export type BlobProblem =
  | { readonly problem: 'missing' }
  | { readonly problem: 'wrong-size'; readonly expected: number; readonly found: number }
  | { readonly problem: 'wrong-hash'; readonly expected: string; readonly found: string }
  /** The store cannot read the bytes, or has fewer than it announced. Another try would not help. */
  | { readonly problem: 'unreadable'; readonly reason: string }
  /** This process has no right to read it. The bytes may be whole. */
  | { readonly problem: 'forbidden'; readonly reason: string }

/** Size and hash in a row. */
export interface ExpectedBytes {
  readonly byteSize: number
  /** 64 lower-case hex digits. */
  readonly sha256: string
}

/**
 * Reads a blob to its end and compares it with its row; `undefined` if they agree.
 *
 * @param options.onChunk gets the bytes as they are read, and may keep them; the next read waits for it
 * @throws what the store throws if it is busy or cannot be reached: then nothing is known of the blob; what `onChunk`
 *   throws, and the signal's reason
 */
export async function checkBlob(
  {
    blobs,
    key,
    expected,
  }: { blobs: Pick<BlobReader, 'open' | 'stat'>; key: BlobKey; expected: ExpectedBytes },
  { onChunk, signal }: { onChunk?: (chunk: Uint8Array) => Promise<void> | void; signal?: AbortSignal } = {},
): Promise<BlobProblem | undefined> {
  let isReading = true
  try {
    const blob = await blobs.open(key)
    if (!blob) return { problem: 'missing' }
    if (blob.byteSize !== expected.byteSize) {
      blob.body.destroy()
      return { problem: 'wrong-size', expected: expected.byteSize, found: blob.byteSize }
    }
    const digest = createHash('sha256')
    for await (const chunk of blob.body) {
      signal?.throwIfAborted()
      digest.update(chunk)
      isReading = false
      await onChunk?.(chunk)
      isReading = true
    }
    const found = digest.digest('hex')
    return found === expected.sha256 ? undefined : { problem: 'wrong-hash', expected: expected.sha256, found }
  } catch (error) {
    const unreadable = isReading && !signal?.aborted ? unreadableReasonOf(error) : undefined
    if (unreadable === undefined) throw error
    await blobs.stat(key) // rejects if the whole store cannot be reached
    return { problem: unreadable === 'forbidden' ? 'forbidden' : 'unreadable', reason: textOf(error) }
  }
}

/**
 * Compares only the size of a blob with its row; `undefined` if they agree.
 *
 * @param subject.listed sizes that a listing had: if one agrees, the store is not asked
 * @throws what the store throws
 */
export async function checkSize({
  blobs,
  key,
  expected,
  listed,
}: {
  blobs: BlobReader
  key: BlobKey
  expected: ExpectedBytes
  listed?: ReadonlyMap<BlobKey, number> | undefined
}): Promise<BlobProblem | undefined> {
  if (listed?.get(key) === expected.byteSize) return undefined
  const found = await blobs.stat(key)
  if (!found) return { problem: 'missing' }
  if (found.byteSize === expected.byteSize) return undefined
  return { problem: 'wrong-size', expected: expected.byteSize, found: found.byteSize }
}

/** For the operator: the native error's message, if there is one. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
