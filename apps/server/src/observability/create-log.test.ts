import type { RequestLine } from '@tintype/http'
import pino from 'pino'
import { expect, test } from 'vitest'
import { createLog } from './create-log.ts'

const line: RequestLine = {
  requestId: '0193f6a2-7c1e-7b3a-9d2e-000000000000',
  event: 'request',
  client: '192.0.2.7',
  method: 'GET',
  route: '/media/:id.:ext',
  status: 200,
  bytesIn: undefined,
  bytesOut: 20_000,
  durationMs: 0.4,
}

/** The same calls of pino and of the server's log, and what each wrote. */
function writeBoth(level: string, write: (log: pino.Logger) => void) {
  const time = () => ',"time":"2026-11-30T21:00:00.000Z"'
  const lines: { pino: string[]; own: string[] } = { pino: [], own: [] }
  const options = { base: null, timestamp: time, level }
  write(pino(options, { write: (text) => void lines.pino.push(text) }))
  write(createLog({ level, time, destination: { write: (text) => void lines.own.push(text) } }))
  return lines
}

test.each<[string, Partial<RequestLine>]>([
  ['without a body', {}],
  ['with one', { bytesIn: 7 }],
  ['whose texts have to be escaped', { client: '"\\\n', requestId: '\u{7f}ä€😀', route: 'a"b' }],
])('the line of a request %s is the one that pino writes', (_name, members) => {
  const lines = writeBoth('info', (log) => log.info({ ...line, ...members }, 'request'))
  expect(lines.own).toEqual(lines.pino)
  expect(lines.own).toHaveLength(1)
})

test('every other line is pino’s', () => {
  const lines = writeBoth('info', (log) => {
    log.info('a text')
    log.warn({ event: 'x', err: 'why' }, 'a warning with %s', 'a value')
    log.debug('not written')
  })
  expect(lines.own).toEqual(lines.pino)
  expect(lines.own).toHaveLength(2)
})

test('no line of a request is written at warn', () => {
  expect(writeBoth('warn', (log) => log.info(line, 'request'))).toEqual({ pino: [], own: [] })
})
