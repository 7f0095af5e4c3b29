import { describe, expect, test } from 'vitest'
import {
  type ErrorCode,
  errorTable,
  type FactsOf,
  isErrorCode,
  isTintypeError,
  TintypeError,
} from './errors.ts'
import { fromProblem, toProblem } from './problem.ts'

describe('the error table', () => {
  test('only failures that can pass on their own are retryable', () => {
    const retryable = Object.keys(errorTable)
      .filter(isErrorCode)
      .filter((code) => new TintypeError(code, '').retryable)
    expect(retryable.sort()).toEqual([
      'CATALOG_UNAVAILABLE',
      'IDENTITY_UNAVAILABLE',
      'OVERLOADED',
      'RATE_LIMITED',
      'STORAGE_UNAVAILABLE',
      'UPLOAD_TIMEOUT',
    ])
  })

  test.each(['toString', '__proto__', 'ABORTED', '', null, 404])(
    '%j is not a code that crosses the wire',
    (value) => {
      expect(isErrorCode(value)).toBe(false)
    },
  )
})

describe('an error as JSON', () => {
  test('has everything but its cause and stack', () => {
    const facts = { limit: 5, received: 7 }
    const cause = new Error('secret')
    const error = new TintypeError('PAYLOAD_TOO_LARGE', 'Too large', { facts, requestId: 'r-1', cause })
    expect(JSON.parse(JSON.stringify({ error }))).toEqual({
      error: {
        name: 'TintypeError',
        message: 'Too large',
        code: 'PAYLOAD_TOO_LARGE',
        facts,
        status: 413,
        retryable: false,
        requestId: 'r-1',
        source: 'server',
      },
    })
  })
})

describe('problems', () => {
  test('every code crosses the wire with its facts', () => {
    for (const code of Object.keys(errorTable).filter(isErrorCode)) {
      const problem = JSON.parse(
        JSON.stringify(
          toProblem(new TintypeError(code, 'why', { facts: { limit: 3 } as FactsOf<ErrorCode> }), 'r-1'),
        ),
      )
      expect(problem).toMatchObject({
        code,
        status: errorTable[code],
        title: expect.stringMatching(/^[A-Z]/),
        limit: 3,
      })
      const read = fromProblem(problem)
      expect(read).toMatchObject({ code, message: 'why', facts: { limit: 3 }, requestId: 'r-1' })
      expect(isTintypeError(read)).toBe(true)
    }
  })

  test('S-19: what an error quotes is cut off, and no letter is split', () => {
    const long = '🐈'.repeat(100_000)
    const facts = { header: `a${long}`, issues: Array.from({ length: 500 }, () => long), limit: 3 }
    const problem = toProblem(new TintypeError('INVALID_REQUEST', long, { facts }), 'r-1')
    expect(problem.detail).toMatch(/^(?:🐈)+… \(200000 characters\)$/u)
    expect(problem.header).toMatch(/^a(?:🐈)+\ufffd… \(200001 characters\)$/u)
    expect(problem.issues).toHaveLength(100)
    expect(JSON.stringify(problem).length).toBeLessThan(30_000)
  })

  test('a fact cannot replace a member', () => {
    const facts = { status: 200, code: 'FORGED', requestId: 'forged' }
    expect(
      toProblem(new TintypeError('INTERNAL', 'x', { facts: facts as FactsOf<'INTERNAL'> }), 'r-1'),
    ).toMatchObject({
      status: 500,
      code: 'INTERNAL',
      requestId: 'r-1',
    })
  })

  test('a code that never crosses the wire is not sent', () => {
    expect(toProblem(new TintypeError('ABORTED', 'x'), 'r').code).toBe('INTERNAL')
  })

  test.each([null, 'x', 3, {}, { code: 'NOPE' }, { code: 'FORBIDDEN' }, []])(
    '%j is not a problem',
    (value) => {
      expect(fromProblem(value)).toBeUndefined()
    },
  )
})
