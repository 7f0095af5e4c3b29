import { constants } from 'node:os'
import { type FactsOf, isTintypeError, TintypeError } from '@tintype/contract'
import type { UnreadableReason } from './blob-store.ts'

// EFBIG: the file system, or the limit of the process, allows no file of that size (threat B162).
const codesOfFullDisk = ['ENOSPC', 'EDQUOT', 'EFBIG']
const codesOfNoDescriptors = ['EMFILE', 'ENFILE']
const codesOfMissingRights = ['EACCES', 'EPERM']
// ELOOP: a symbolic link has the name of a directory of ours (threat B173). EEXIST: a file has it.
const codesOfRefusal = [
  ...codesOfMissingRights,
  ...['EROFS', 'ENOENT', 'EIO', 'ENODEV', 'ENOTDIR', 'ELOOP', 'EEXIST'],
]

/**
 * Translates an error of the file system into the one error class that leaves this package: `STORAGE_FULL`,
 * `OVERLOADED`, `STORAGE_UNAVAILABLE`, `INTERNAL` for the rest. A `TintypeError` is returned as it is.
 */
export function toStorageError(error: unknown, facts: FactsOf<'STORAGE_UNAVAILABLE'> = {}): TintypeError {
  if (isTintypeError(error)) return error
  const options = { cause: error, facts }
  if (isDiskFull(error))
    return new TintypeError('STORAGE_FULL', 'There is no space left to store this', options)
  if (hasNativeCode(error, codesOfNoDescriptors))
    return new TintypeError('OVERLOADED', 'Too many files are open at once', {
      ...options,
      retryAfterSeconds: 1,
    })
  if (hasNativeCode(error, codesOfRefusal))
    return new TintypeError('STORAGE_UNAVAILABLE', 'The storage refuses or cannot be reached', options)
  return new TintypeError('INTERNAL', 'The storage failed in an unexpected way', options)
}

/** Translates an error of the file system while a blob was read. Its facts say if the blob itself may be the cause. */
export function toReadError(error: unknown): TintypeError {
  const unreadable = reasonOf(error)
  return toStorageError(error, unreadable === undefined ? {} : { unreadable })
}

function reasonOf(error: unknown): UnreadableReason | undefined {
  if (hasNativeCode(error, codesOfMissingRights)) return 'forbidden'
  if (hasNativeCode(error, ['EIO'])) return 'damaged'
  // File systems have other codes for damage too, such as EUCLEAN and EBADMSG.
  const isKnown = hasNativeCode(error, [...codesOfFullDisk, ...codesOfNoDescriptors, ...codesOfRefusal])
  return isKnown ? undefined : 'damaged'
}

/** Whether `error` is a native error about space that is missing. */
export function isDiskFull(error: unknown): boolean {
  return hasNativeCode(error, codesOfFullDisk)
}

/** Whether `error` is a native error with one of these codes, such as `ENOENT`. */
export function hasNativeCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(nativeCode(error))
}

/** Node has no name for the error of a used-up quota: its code is `Unknown system error -122` (threat B162). */
function nativeCode({ code, errno }: { readonly code?: unknown; readonly errno?: unknown }): string {
  return errno === -constants.errno.EDQUOT ? 'EDQUOT' : String(code)
}
