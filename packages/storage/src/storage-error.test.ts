import { constants } from 'node:os'
import { TintypeError } from '@tintype/contract'
import { expect, test } from 'vitest'
import { unreadableReasonOf } from './blob-store.ts'
import { toReadError, toStorageError } from './storage-error.ts'

test.each([
  ['ENOSPC', 'STORAGE_FULL', 507],
  ['EDQUOT', 'STORAGE_FULL', 507],
  ['EFBIG', 'STORAGE_FULL', 507],
  ['EMFILE', 'OVERLOADED', 503],
  ['ENFILE', 'OVERLOADED', 503],
  ['EROFS', 'STORAGE_UNAVAILABLE', 503],
  ['EACCES', 'STORAGE_UNAVAILABLE', 503],
  ['EPERM', 'STORAGE_UNAVAILABLE', 503],
  ['ENOENT', 'STORAGE_UNAVAILABLE', 503],
  ['EIO', 'STORAGE_UNAVAILABLE', 503],
  ['ENODEV', 'STORAGE_UNAVAILABLE', 503],
  ['ENOTDIR', 'STORAGE_UNAVAILABLE', 503],
  ['EBADF', 'INTERNAL', 500],
])('B161 B163 B164 B165 %s becomes %s (%i) and shows no path', (native, code, status) => {
  const cause = Object.assign(new Error(`${native}: open '/secret/place'`), { code: native })
  const error = toStorageError(cause)
  expect(error).toMatchObject({ name: 'TintypeError', code, status, cause })
  expect(error.message).not.toContain('/')
  expect(error.retryAfterSeconds).toBe(code === 'OVERLOADED' ? 1 : undefined)
})

test('B162 a quota that is used up is STORAGE_FULL, though Node has no name for it', () => {
  const errno = -constants.errno.EDQUOT
  const cause = Object.assign(new Error(), { code: `Unknown system error ${errno}`, errno })
  expect(toStorageError(cause)).toMatchObject({ code: 'STORAGE_FULL', cause })
})

test.each([
  ['EACCES', 'STORAGE_UNAVAILABLE', 'forbidden'],
  ['EPERM', 'STORAGE_UNAVAILABLE', 'forbidden'],
  ['EIO', 'STORAGE_UNAVAILABLE', 'damaged'],
  ['EUCLEAN', 'INTERNAL', 'damaged'],
  ['ENODEV', 'STORAGE_UNAVAILABLE', undefined],
  ['EMFILE', 'OVERLOADED', undefined],
])('B163 B164 a read that fails with %s is %s, and the blob is %s', (native, code, reason) => {
  const cause = Object.assign(new Error(`${native}: read`), { code: native })
  const error = toReadError(cause)
  expect(error).toMatchObject({ code, cause })
  expect(unreadableReasonOf(error)).toBe(reason)
  expect(unreadableReasonOf(toStorageError(cause))).toBeUndefined()
})

test('an error of ours stays as it is, and what is no error is wrapped', () => {
  const ours = new TintypeError('ABORTED', 'Cancelled')
  expect(toStorageError(ours)).toBe(ours)
  expect(toStorageError('odd')).toMatchObject({ code: 'INTERNAL', cause: 'odd' })
})
