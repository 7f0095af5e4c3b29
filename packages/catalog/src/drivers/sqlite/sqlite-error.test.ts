import { readdir } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { TintypeError } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { isSqliteBusy, toCatalogError } from './sqlite-error.ts'

describe('toCatalogError', () => {
  test('returns our own errors unchanged', () => {
    const error = new TintypeError('INVALID_REQUEST', 'no')
    expect(toCatalogError(error)).toBe(error)
  })

  // The numbers are SQLite's own, extended ones included. @see https://sqlite.org/rescode.html
  test.each([
    ['SQLITE_BUSY', 5, 'CATALOG_UNAVAILABLE'],
    ['SQLITE_BUSY_RECOVERY', 261, 'CATALOG_UNAVAILABLE'],
    ['SQLITE_LOCKED', 6, 'CATALOG_UNAVAILABLE'],
    ['SQLITE_READONLY_DBMOVED', 1032, 'CATALOG_UNAVAILABLE'],
    ['SQLITE_IOERR_FSYNC', 1034, 'CATALOG_UNAVAILABLE'],
    ['SQLITE_CORRUPT', 11, 'CATALOG_UNAVAILABLE'],
    ['SQLITE_CANTOPEN', 14, 'CATALOG_UNAVAILABLE'],
    ['SQLITE_NOTADB', 26, 'CATALOG_UNAVAILABLE'],
    ['SQLITE_FULL', 13, 'STORAGE_FULL'],
    ['SQLITE_IOERR_SHMSIZE', 4874, 'STORAGE_FULL'],
    ['SQLITE_CONSTRAINT_UNIQUE', 2067, 'INTERNAL'],
    ['SQLITE_ERROR', 1, 'INTERNAL'],
  ])('B161 B191 %s (%i) is %s', (_name, errcode, code) => {
    const cause = Object.assign(new Error('SELECT secret'), { code: 'ERR_SQLITE_ERROR', errcode })
    expect(toCatalogError(cause)).toMatchObject({ code, cause })
  })

  test.each(['ENOSPC', 'EDQUOT'])('B161 B162 %s of the file system is STORAGE_FULL', (code) => {
    const cause = Object.assign(new Error(code), { code, syscall: 'open' })
    expect(toCatalogError(cause)).toMatchObject({ code: 'STORAGE_FULL', cause })
  })

  test('other failures of the file system are CATALOG_UNAVAILABLE', async () => {
    const cause: unknown = await readdir('/nowhere/at/all').catch((reason: unknown) => reason)
    expect(toCatalogError(cause)).toMatchObject({ code: 'CATALOG_UNAVAILABLE', cause })
  })

  test('the message has neither SQL nor a path in it', () => {
    using database = new DatabaseSync(':memory:')
    const cause = catchError(() => database.prepare('SELECT secret FROM nowhere'))
    const error = toCatalogError(cause)
    expect(error).toMatchObject({ code: 'INTERNAL', cause, facts: {} })
    expect(error.message).not.toMatch(/secret|nowhere|select/i)
  })

  test.each([undefined, null, 'text', { errcode: 5 }, new Error('x')])('takes anything: %j', (thrown) => {
    expect(toCatalogError(thrown)).toMatchObject({ code: 'INTERNAL' })
    expect(isSqliteBusy(thrown)).toBe(false)
  })
})

function catchError(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}
