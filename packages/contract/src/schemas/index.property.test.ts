import { anything, array, assert, constantFrom, oneof, property, record, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { isTintypeError } from '../errors.ts'
import * as schemas from './index.ts'

const { parseInput, textLimits } = schemas
const inputs = Object.entries(schemas).filter(([, schema]) => schema instanceof z.ZodType)

const hostile = oneof(
  constantFrom(
    '',
    ' ',
    '\0',
    '\u001f',
    '\ud800',
    'x'.repeat(3000),
    '__proto__',
    Infinity,
    -1,
    1.5,
    null,
    true,
  ),
  string({ unit: 'binary' }),
  anything({ withBigInt: true, withDate: true, withNullPrototype: true, withSparseArray: true }),
)
const keys = [
  'id',
  'title',
  'alt',
  'tags',
  'limit',
  'cursor',
  'tag',
  'search',
  'photoId',
  'width',
  'quality',
  'x',
]
const input = oneof(
  anything(),
  record(Object.fromEntries(keys.map((key) => [key, oneof(hostile, array(hostile))])), { requiredKeys: [] }),
)

describe('any input', () => {
  test.each(inputs.map(([name, schema]) => ({ name, schema: schema as z.ZodType })))(
    '$name takes it, then as often as wished, or refuses it in ten lines',
    async ({ schema }) => {
      await assert(
        property(input, (given) => {
          const outcome = outcomeOf(schema, given)
          if (outcome.isTaken) expect(outcomeOf(schema, outcome.value)).toEqual(outcome)
          else expect(outcome.issues.length).toSatisfy((count: number) => 1 <= count && count <= 10)
        }),
      )
    },
  )
})

test('B059 accepted texts are trimmed, well-formed, without control characters, and not too long', async () => {
  const piece = oneof(
    constantFrom(' ', '\0', '\t', '\u007f', '\ud800', 'é', '🐈'),
    string({ unit: 'grapheme' }),
  )
  const text = array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''))
  await assert(
    property(text, array(text, { maxLength: 5 }), (title, tags) => {
      const outcome = outcomeOf(schemas.photoTextInput, { title, tags })
      if (!outcome.isTaken) return
      const taken = outcome.value as { title: string | null; tags: string[] }
      for (const one of [...(taken.title === null ? [] : [taken.title]), ...taken.tags]) {
        expect(one).toBe(one.trim())
        expect(one).not.toMatch(/^$|[^\P{Cc}\t\n\r\u0080-\u009f]|\p{Cs}/u)
        expect(one.length).toBeLessThanOrEqual(textLimits.title)
      }
      expect(new Set(taken.tags).size).toBe(taken.tags.length)
    }),
  )
})

type Outcome = { isTaken: true; value: unknown } | { isTaken: false; issues: readonly string[] }

function outcomeOf(schema: z.ZodType, given: unknown): Outcome {
  try {
    return { isTaken: true, value: parseInput(schema, given) }
  } catch (error) {
    if (!isTintypeError(error) || error.code !== 'INVALID_REQUEST') throw error
    return { isTaken: false, issues: error.facts.issues ?? [] }
  }
}
