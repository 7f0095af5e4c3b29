import { isTintypeError, TintypeError, type TintypeErrorCode } from '@tintype/contract'
import { fencedMessage, libraryFenced } from '../../moving/library-fenced.ts'

// SQLite's primary result codes, the low byte of `errcode`. @see https://sqlite.org/rescode.html
const busy = new Set([5, 6, 15]) // BUSY, LOCKED, PROTOCOL
const unreachable = new Set([3, 8, 10, 11, 14, 26]) // PERM, READONLY, IOERR, CORRUPT, CANTOPEN, NOTADB
const full = 13
/** The shared-memory file could not grow. The only reason is a full disk. */
const ioErrorSharedMemorySize = 4874

/** Whether SQLite failed because another process holds a lock. The same statement may work a moment later. */
export function isSqliteBusy(error: unknown): boolean {
  return busy.has(primaryCode(error))
}

const constraint = 19

/**
 * Whether a COMMIT that failed with this error may have succeeded nevertheless. A lock, a full disk or a constraint stops it
 * before the last page of the transaction is written to the log. After any other failure that page may be in the log, and
 * the next process that opens the file would treat it as a commit.
 */
export function isCommitUnknown(error: unknown): boolean {
  return !isSqliteBusy(error) && ![full, constraint].includes(primaryCode(error))
}

/**
 * Converts an error of SQLite or the file system, which becomes the `cause`. A `TintypeError` is returned unchanged. SQL and
 * paths are in the cause only.
 */
export function toCatalogError(error: unknown): TintypeError {
  if (isTintypeError(error)) return error
  if (error instanceof Error && error.message === fencedMessage) return libraryFenced(error)
  if (isSqliteBusy(error)) {
    const options = { cause: error, retryAfterSeconds: 1 }
    return new TintypeError(
      'CATALOG_UNAVAILABLE',
      'Another process has locked the catalog; try again later',
      options,
    )
  }
  const code = codeOf(error)
  return new TintypeError(code, details[code], { cause: error })
}

const details = {
  STORAGE_FULL: 'There is no space left for the catalog',
  CATALOG_UNAVAILABLE: 'The catalog cannot be read or written',
  INTERNAL: 'The catalog failed',
} as const satisfies Partial<Record<TintypeErrorCode, string>>

function codeOf(error: unknown): keyof typeof details {
  if (!(error instanceof Error)) return 'INTERNAL'
  const native: Error & { code?: unknown; errcode?: unknown } = error
  if (native.code === 'ENOSPC' || native.code === 'EDQUOT') return 'STORAGE_FULL'
  if (native.errcode === ioErrorSharedMemorySize || primaryCode(error) === full) return 'STORAGE_FULL'
  // Only errors of the file system have a `syscall`.
  return unreachable.has(primaryCode(error)) || 'syscall' in error ? 'CATALOG_UNAVAILABLE' : 'INTERNAL'
}

function primaryCode(error: unknown): number {
  const isNative = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
  return isNative ? Number(error.errcode) & 0xff : 0
}
