import { isTintypeError } from '@tintype/contract'
import { array, assert, constantFrom, oneof, property, string, uint8Array } from 'fast-check'
import { expect, test } from 'vitest'
import { parseDigests, parseIdempotencyKey, parseUploadDetails, parseUploadType } from './upload-headers.ts'

const digest = uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))

/** What reading gives, or the code that it is refused with. */
function outcomeOf<Value>(read: () => Value): Value | string {
  try {
    return read()
  } catch (error) {
    if (!isTintypeError(error)) throw error
    return error.code
  }
}

test('every sha-256 that was sent is read, and other algorithms are passed over', async () => {
  const other = constantFrom('sha-512=:AAAA:', 'md5=:x=:', 'unixsum=:1:', 'x')
  const member = oneof(
    digest.map((bytes) => ({ text: `sha-256=:${bytes.toString('base64')}:`, hex: bytes.toString('hex') })),
    digest.map((bytes) => ({ text: `SHA-256=:${bytes.toString('base64')}:`, hex: bytes.toString('hex') })),
    other.map((text) => ({ text, hex: undefined })),
  )
  await assert(
    property(array(member), array(member), (content, repr) => {
      const join = (members: typeof content) => members.map(({ text }) => text).join(', ')
      const hexes = [...content, ...repr].flatMap(({ hex }) => (hex === undefined ? [] : [hex]))
      expect(parseDigests({ 'content-digest': join(content), 'repr-digest': join(repr) })).toEqual(hexes)
    }),
  )
})

test('any other digest is read as digests or refused', async () => {
  const pieces = constantFrom('sha-256', '=', ':', ',', ' ', 'A'.repeat(43), '/', '+', ';')
  await assert(
    property(array(oneof(pieces, string({ maxLength: 4 }))), (sent) => {
      const found = outcomeOf(() => parseDigests({ 'content-digest': sent.join('') }))
      if (typeof found === 'string') expect(found).toBe('INVALID_REQUEST')
      else for (const hex of found) expect(hex).toMatch(/^[0-9a-f]{64}$/)
    }),
  )
})

test('an idempotency key is taken as it is or refused', async () => {
  await assert(
    property(oneof(string({ maxLength: 300 }), string({ unit: 'binary' })), (key) => {
      const isKey = /^[!-~]{1,255}$/.test(key)
      expect(outcomeOf(() => parseIdempotencyKey({ 'idempotency-key': key }))).toBe(
        isKey ? key : 'INVALID_REQUEST',
      )
    }),
  )
})

test('B016 B036 any type and coding is read or refused', async () => {
  const pieces = constantFrom(
    'multipart/form-data',
    'image/',
    'jpeg',
    ';',
    ' boundary=',
    'application/octet-stream',
    '\t',
  )
  const header = array(oneof(pieces, string({ maxLength: 4 })), { maxLength: 6 }).map((all) => all.join(''))
  await assert(
    property(header, oneof(header, constantFrom('identity')), (type, encoding) => {
      const headers = { 'content-type': type, 'content-encoding': encoding }
      const outcome = outcomeOf(() => parseUploadType(headers))
      expect([type, 'UNSUPPORTED_MEDIA_TYPE']).toContain(outcome)
      if (!/^[\s,]*(identity)?[\s,]*$/i.test(encoding)) expect(outcome).toBe('UNSUPPORTED_MEDIA_TYPE')
    }),
  )
})

test('details in the query are read as a browser writes them', async () => {
  const word = string({ unit: 'binary' })
  await assert(
    property(word, word, array(word), (title, alt, tags) => {
      const query = new URLSearchParams({ title, alt })
      for (const tag of tags) query.append('tags', tag)
      const details = parseUploadDetails({}, query.toString())
      const kept = (text: string) => text.toWellFormed().replace(/^\ufeff/, '')
      expect(details).toEqual({
        filename: undefined,
        title: kept(title),
        alt: kept(alt),
        tags: tags.map(kept).filter((tag) => tag.trim() !== ''),
      })
    }),
  )
})
