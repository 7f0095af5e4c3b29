import { describe, expect, test } from 'vitest'
import { createAnswerReader } from './bench/src/load/answer-reader.ts'
import { judgeTarget } from './bench/src/report/judge-target.ts'

/* The two parts of the benchmark that could report a wrong number without any failure. */

const row = (name: string, ...values: number[]) => ({ name, values })
const results = [
  {
    ...{ id: 'speed', title: '', unit: 'per second', isMoreBetter: true, references: [], notes: [] },
    rows: [row('own', 10, 30, 40), row('slow', 10, 10, 20), row('fast', 20, 60, 20), row('none', 0, 0, 0)],
  },
]
const leftOut = new Map([['nginx', 'not installed']])
const target = { work: '', id: 'speed', row: 'own', sign: '≥', target: 0.5, stretch: 2, unit: '×' } as const

describe('a target is judged', () => {
  test.each([
    ['by the median of the ratios of each round', { against: 'slow' }, '2.00 ×', 'met, stretch too'],
    ['as met without its stretch', { against: 'fast' }, '0.50 ×', 'met'],
    ['as missed', { against: 'fast', target: 0.6 }, '0.50 ×', 'missed'],
    [
      'against the best of several that were measured',
      { against: ['slow', 'fast', 'gone'] },
      '0.50 ×',
      'met',
    ],
    [
      'by the worst of them if less is better',
      { against: ['slow', 'fast'], sign: '≤' },
      '2.00 ×',
      'met, stretch too',
    ],
    ['by its median if it is compared with nothing', {}, '30.0 ×', 'met, stretch too'],
  ] as const)('%s', (_, changes, measured, verdict) => {
    expect(judgeTarget({ ...target, ...changes }, { results, leftOut })).toEqual({ measured, verdict })
  })

  test.each([
    [{ id: 'other' }, 'this run left it out'],
    [{ against: 'nginx' }, 'not installed'],
    [{ against: ['nginx', 'gone'] }, 'not installed'],
    [{ row: 'nginx' }, 'not installed'],
    [{ row: '4 GiB' }, 'only with --full'],
    [{ row: 'none', against: 'none' }, 'too few answers'],
  ])('and is not measured, with the reason: %j', (changes, reason) => {
    const verdict = `not measured: ${reason}`
    expect(judgeTarget({ ...target, ...changes }, { results, leftOut })).toEqual({ measured: '–', verdict })
  })
})

test('answers are counted the same for any split into packets', () => {
  const wire = Buffer.from(
    [
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhello',
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 300\r\n\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n',
      'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    ].join(''),
  )
  for (let pieceByteSize = 1; pieceByteSize <= wire.length; pieceByteSize++) {
    const answers: string[] = []
    const reader = createAnswerReader(({ status, isLast }) =>
      answers.push(`${status}${isLast ? ' last' : ''}`),
    )
    for (let at = 0; at < wire.length; at += pieceByteSize) reader.take(wire.subarray(at, at + pieceByteSize))
    expect(answers, `${pieceByteSize} bytes at a time`).toEqual(['201', '304', '200', '503 last'])
  }
})
