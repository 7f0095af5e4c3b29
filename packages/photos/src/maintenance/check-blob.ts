import { createHash } from 'node:crypto'
import { isTintypeError, type TintypeError } from '@tintype/contract'
import { type BlobKey, type BlobReader, hasNativeCode } from '@tintype/storage'

/** How stored bytes can differ from what their row says. */
export type BlobProblem =
  | { readonly problem: 'missing' }
  | { readonly problem: 'wrong-size'; readonly expected: number; readonly found: number }
  | { readonly problem: 'wrong-hash'; readonly expected: string; readonly found: string }
  /** The disk gives no bytes, or fewer than it said, and would not give them a moment later either. */
  | { readonly problem: 'unreadable'; readonly reason: string }
  /** Whoever asks may not read it: nothing is known of the bytes, which another user may find whole. */
  | { readonly problem: 'forbidden'; readonly reason: string }

/** What a row says of its bytes. */
export interface ExpectedBytes {
  readonly byteSize: number
  /** 64 lower-case hex digits. */
  readonly sha256: string
}

/** What the system says of one file that it cannot read, or will not let be read. */
const codesOfRefusal = ['EACCES', 'EPERM']
const codesOfFile = ['EIO', ...codesOfRefusal]

/**
 * Reads a blob to its end and compares it with its row; `undefined` where they agree.
 *
 * @param options.onChunk is handed the bytes as they are read, waited for, and may keep them
 * @throws what the store throws where it is busy or away: then nothing is known of the blob, and nobody may call it
 *   broken; what `onChunk` throws, and the signal's reason
 */
export async function checkBlob(
  { blobs, key, expected }: { blobs: BlobReader; key: BlobKey; expected: ExpectedBytes },
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
    if (!isReading || signal?.aborted || !isFaultOfBlob(error)) throw error
    await blobs.stat(key) // rejects where it is not this file alone that cannot be reached
    return {
      problem: hasCauseOf(error, codesOfRefusal) ? 'forbidden' : 'unreadable',
      reason: error.cause instanceof Error ? error.cause.message : error.message,
    }
  }
}

/** Whether a blob that cannot be read may be to blame, and not only a moment at which files cannot be opened. */
export function isFaultOfBlob(error: unknown): error is TintypeError {
  if (!isTintypeError(error)) return false
  return !error.retryable || hasCauseOf(error, codesOfFile)
}

function hasCauseOf({ cause }: TintypeError, codes: readonly string[]): boolean {
  return hasNativeCode(cause, codes)
}
