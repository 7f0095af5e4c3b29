import { expect, test } from 'vitest'
import { formatLogLine } from './format-log-line.ts'

const time = '2030-01-31T12:34:56.789Z'
const format = (facts: object) => formatLogLine(`${JSON.stringify({ level: 30, time, ...facts })}\n`)

test('a line has time, level, message and facts', () => {
  const line = format({
    event: 'request',
    route: '/media/:id',
    status: 200,
    client: '::1',
    detail: 'a b',
    msg: 'request',
  })
  expect(line).toBe(
    '12:34:56.789 INFO  request event=request route=/media/:id status=200 client=::1 detail="a b"\n',
  )
})

test('an error is shown with its stack, every line of it indented', () => {
  const err = { type: 'Error', message: 'no', stack: 'Error: no\n    at x.ts:1' }
  expect(format({ level: 50, err, msg: 'failed' })).toBe(
    '12:34:56.789 ERROR failed\n  Error: no\n      at x.ts:1\n',
  )
})

test('B059: nothing in a line can move the cursor or begin another line', () => {
  const evil = '\u001b[2J\r\nfake\u0007\u009b\u202e'
  const line = format({ msg: evil, origin: evil, err: { message: evil } })
  expect(line.replaceAll('\n', '')).not.toMatch(/\p{C}/u)
  expect(
    line
      .split('\n')
      .slice(1, -1)
      .every((one) => one.startsWith('  ')),
  ).toBe(true)
})

test('what is not JSON of the log stays as it is', () => {
  for (const line of ['text\n', '{"a":1}\n', '3\n']) expect(formatLogLine(line)).toBe(line)
})
