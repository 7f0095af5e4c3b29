import { describe, expect, test } from 'vitest'
import {
  auditListInput,
  keyCreateInput,
  keyRotateInput,
  ownerQuotaInput,
  parseInput,
  tokenIdInput,
  uploadTokensInput,
  urlSignInput,
} from './index.ts'

const photoId = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4'
const invalid = (issue: RegExp) =>
  expect.objectContaining({
    code: 'INVALID_REQUEST',
    facts: { issues: expect.arrayContaining([expect.stringMatching(issue)]) },
  })

describe('inputs about access', () => {
  test('have defaults', () => {
    const key = { name: 'shop', scopes: ['read'] }
    expect(parseInput(keyCreateInput, key)).toEqual({ ...key, limits: {} })
    const id = 'A'.repeat(12)
    expect(parseInput(keyRotateInput, { id })).toEqual({ id, overlapSeconds: 86_400 })
    expect(parseInput(auditListInput, undefined)).toEqual({ limit: 20 })
    expect(parseInput(uploadTokensInput, [{}])).toEqual([{ expiresInSeconds: 900, uses: 1 }])
  })

  test('times become UTC', () => {
    const key = { name: 'shop', scopes: ['read', 'read'], expiresAt: '2030-01-31T12:00:00+02:00' }
    expect(parseInput(keyCreateInput, key)).toMatchObject({
      scopes: ['read'],
      expiresAt: '2030-01-31T10:00:00.000Z',
    })
  })

  test.each<[object, RegExp]>([
    [{ name: '' }, /^name/],
    [{ name: 'a\nb' }, /^name: must be one line/],
    [{ name: 'a\u009b1m' }, /^name/],
    [{ scopes: [] }, /^scopes/],
    [{ scopes: ['root'] }, /^scopes\.0/],
    [{ expiresAt: '2030-02-30T00:00:00Z' }, /^expiresAt: must be a time/],
    [{ expiresAt: 1 }, /^expiresAt/],
    [{ limits: { maxPhotos: -1 } }, /^limits\.maxPhotos/],
    [{ limits: { other: 1 } }, /^limits/],
    [{ owner: 'two words' }, /^owner/],
    [{ id: 'mine' }, /^input/],
  ])('B222: a key with %j is refused', (wrong, issue) => {
    const given = { name: 'shop', scopes: ['read'], ...wrong }
    expect(() => parseInput(keyCreateInput, given)).toThrow(invalid(issue))
  })

  test.each<[unknown, RegExp]>([
    [{ uses: 0 }, /^uses/],
    [{ unknown: 1 }, /^input/],
    [[{}, { uses: 0 }], /^1\.uses/],
    [[], /^input/],
    [Array.from({ length: 101 }, () => ({})), /^input/],
    ['ttu.', /^input/],
  ])('a choice for tokens such as %j is refused, with the member that is wrong', (given, issue) => {
    expect(() => parseInput(uploadTokensInput, given)).toThrow(invalid(issue))
  })

  test.each<[object, RegExp]>([
    [{}, /either photoId or paths/],
    [{ photoId, paths: ['/media/x.jpg'] }, /either photoId or paths/],
    [{ paths: [] }, /^paths/],
    [{ paths: Array.from({ length: 101 }, () => '/media/x.jpg') }, /^paths/],
    [{ photoId, covers: 'all' }, /^covers/],
    [{ photoId, expiresInSeconds: 0 }, /^expiresInSeconds/],
    [{ photoId, expiresInSeconds: '60' }, /^expiresInSeconds/],
  ])('a choice for URLs such as %j is refused', (given, issue) => {
    expect(() => parseInput(urlSignInput, given)).toThrow(invalid(issue))
  })

  test('other ids than those of tokens and owners are refused', () => {
    expect(() => parseInput(tokenIdInput, { id: 'a'.repeat(17) })).toThrow(invalid(/^id/))
    expect(() => parseInput(ownerQuotaInput, { owner: '', maxBytes: 1 })).toThrow(invalid(/^owner/))
    expect(() => parseInput(ownerQuotaInput, { owner: 'a', maxBytes: 1.5 })).toThrow(invalid(/^maxBytes/))
  })
})
