import { expect, test } from 'vitest'
import type { Variable } from './variable.ts'
import { variables } from './variables.ts'

const timed = Object.values<Variable<unknown>>(variables).filter(({ meaning }) =>
  meaning.includes('with a unit'),
)

const unitsIn = (text: string) => text.match(/\b(?:ms|s|m|h|d)\b/g)

test.each(timed)(
  '$name names the units that it accepts, in its meaning and in its refusal',
  ({ meaning, parse }) => {
    const [, named = ''] = /with a unit: ([^.;]*)/.exec(meaning) ?? []
    expect(() => parse('soon')).toThrow(/with its unit \(/)
    const refusal = /\(([^)]*)\)/.exec(messageOf(() => parse('soon')))?.[1] ?? ''
    expect(unitsIn(refusal)).toEqual(unitsIn(named))
    // Times of each unit that are in every range of those with it.
    const examples = { ms: '60000ms', s: '60s', m: '1m', h: '48h', d: '2d' }
    for (const [unit, text] of Object.entries(examples)) {
      if (unitsIn(named)?.includes(unit)) expect(parse(text)).toBeGreaterThan(0)
      else expect(() => parse(text)).toThrow(/with its unit/)
    }
  },
)

function messageOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return ''
}
