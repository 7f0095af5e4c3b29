import { constants } from 'node:os'
import { isTintypeError, TintypeError } from '@tintype/contract'

// EFBIG: the file system, or the limit of the process, takes no file of that size (threat B162).
const codesOfFullDisk = ['ENOSPC', 'EDQUOT', 'EFBIG']
const codesOfNoDescriptors = ['EMFILE', 'ENFILE']
// ELOOP: a symbolic link was planted where a directory of ours must be (threat B173).
const codesOfRefusal = ['EROFS', 'EACCES', 'EPERM', 'ENOENT', 'EIO', 'ENODEV', 'ENOTDIR', 'ELOOP']

/**
 * What the file system reported, as the one error class that leaves this package: `STORAGE_FULL`,
 * `OVERLOADED`, `STORAGE_UNAVAILABLE`, `INTERNAL` for the rest. A `TintypeError` is returned as it is.
 */
export function toStorageError(error: unknown): TintypeError {
  if (isTintypeError(error)) return error
  if (hasNativeCode(error, codesOfFullDisk))
    return new TintypeError('STORAGE_FULL', 'There is no space left to store this', { cause: error })
  if (hasNativeCode(error, codesOfNoDescriptors))
    return new TintypeError('OVERLOADED', 'Too many files are open at once', {
      cause: error,
      retryAfterSeconds: 1,
    })
  if (hasNativeCode(error, codesOfRefusal))
    return new TintypeError('STORAGE_UNAVAILABLE', 'The storage refuses or cannot be reached', {
      cause: error,
    })
  return new TintypeError('INTERNAL', 'The storage failed in an unexpected way', { cause: error })
}

/** Whether `error` is a native error with one of these codes, such as `ENOENT`. */
export function hasNativeCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(nativeCode(error))
}

/** Node has no name for a quota that is used up: it says `Unknown system error -122` (threat B162). */
function nativeCode({ code, errno }: { readonly code?: unknown; readonly errno?: unknown }): string {
  return errno === -constants.errno.EDQUOT ? 'EDQUOT' : String(code)
}
