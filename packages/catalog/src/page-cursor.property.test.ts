import { isTintypeError } from '@tintype/contract'
import { assert, constantFrom, maxSafeInteger, nat, oneof, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { formatCursor, parseCursor } from './page-cursor.ts'

const seq = oneof(nat(1000), maxSafeInteger().map(Math.abs)).map((one) => Math.max(1, one))

test('B294 a cursor is read as the number that it was created from', async () => {
  await assert(
    property(seq, (given) => {
      expect(formatCursor(given)).toMatch(/^[\w-]{12}$/)
      expect(parseCursor(formatCursor(given))).toBe(given)
    }),
  )
})

test('B294 any other text is refused, even if it is nearly a cursor', async () => {
  const edit = oneof(
    constantFrom('', '=', ' ', '\n', '+', '/', 'A', '_', '\0', 'é'),
    string({ maxLength: 3 }),
  )
  await assert(
    property(seq, nat(12), nat(3), edit, (given, at, drop, put) => {
      const cursor = formatCursor(given)
      const text = cursor.slice(0, at) + put + cursor.slice(at + drop)
      expect(outcomeOf(text)).toBe(text)
    }),
  )
  await assert(
    property(string({ unit: 'binary' }), (text) => {
      expect(outcomeOf(text)).toBe(text)
    }),
  )
})

/** The text itself if it is refused correctly, or is the only cursor of its number. */
function outcomeOf(text: string): string {
  try {
    return formatCursor(parseCursor(text))
  } catch (error) {
    return isTintypeError(error) && error.code === 'INVALID_REQUEST' ? text : `a native error: ${error}`
  }
}
