import {
  array,
  assert,
  constantFrom,
  integer,
  oneof,
  property,
  string,
  tuple,
  webAuthority,
} from 'fast-check'
import { expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import { parseByteSize, parseDurationMs, parseExactOrigin, parseOrigin, ValueRefused } from './values.ts'
import type { Variable } from './variable.ts'
import { type VariableKey, variables } from './variables.ts'

const pieces = [
  '25',
  'mb',
  'kb',
  'ms',
  '15s',
  'm',
  '-1',
  '0',
  '1e9',
  '0x10',
  '.',
  ',',
  ' ',
  '\0',
  '\n',
  '\u0661',
]
const urls = [
  'http://',
  'https://',
  'file:',
  'memory:',
  's3://',
  'postgres://',
  'a.example',
  '@',
  '/',
  '?',
  '#',
  '%',
]
const words = [
  'jpeg',
  'png',
  '*',
  'null',
  '[::1]',
  '127.0.0.1',
  ':8080',
  '..',
  'true',
  'TRUE',
  'localhost',
  '\\',
]
const value = array(oneof(constantFrom(...pieces, ...urls, ...words), string({ maxLength: 5 })), {
  maxLength: 6,
}).map((all) => all.join(''))
const keys = Object.keys(variables) as VariableKey[]

test('any text for any setting is read as a value, or refused without showing it', async () => {
  await assert(
    property(constantFrom(...keys), value, (key, text) => {
      const variable: Variable<unknown> = variables[key]
      try {
        variable.parse(text)
      } catch (error) {
        expect(error).toBeInstanceOf(ValueRefused)
      }
    }),
  )
})

test('any environment becomes a configuration, or one error with a line for each problem', async () => {
  const setting = tuple(
    constantFrom(...keys.map((key) => variables[key].name), 'PORT', 'TINTYPE_UNKNOWN'),
    value,
  )
  const flag = oneof(constantFrom('--port', '--open', '--data-dir', '--', '-x', '--unknown'), value)
  await assert(
    property(array(setting), array(flag, { maxLength: 4 }), (env, flags) => {
      try {
        expect(Object.isFrozen(parseConfig(Object.fromEntries(env), flags))).toBe(true)
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        expect(error.problems.length).toBeGreaterThan(0)
        expect(error.message.split('\n')).toHaveLength(error.problems.length + 1)
      }
    }),
  )
})

test('sizes and times are read in any unit, to the byte and the millisecond', async () => {
  const bytes = {
    '': 1,
    b: 1,
    kb: 2 ** 10,
    KiB: 2 ** 10,
    MB: 2 ** 20,
    mib: 2 ** 20,
    gb: 2 ** 30,
    GiB: 2 ** 30,
  }
  await assert(
    property(
      integer({ min: 1, max: 2 ** 22 }),
      constantFrom(...Object.entries(bytes)),
      (count, [unit, size]) => {
        expect(parseByteSize(`${count}${unit}`)).toBe(count * size)
        expect(parseByteSize(String(count * size))).toBe(count * size)
      },
    ),
  )
  const times = { ms: 1, S: 1000, m: 60_000 }
  await assert(
    property(integer({ min: 1, max: 60 }), constantFrom(...Object.entries(times)), (count, [unit, ms]) => {
      expect(parseDurationMs(`${count}${unit}`)).toBe(count * ms)
      expect(parseDurationMs(`${count * ms}ms`)).toBe(count * ms)
    }),
  )
})

test('B231 an origin is read in the form that browsers send, and is not changed by a second reading', async () => {
  const authority = webAuthority({ withUserInfo: false, withPort: true })
  await assert(
    property(constantFrom('http', 'https', 'HTTPS'), authority, (scheme, host) => {
      const origin = URL.parse(`${scheme}://${host}`)?.origin
      if (origin === undefined || !/^[a-z0-9.:[\]/_-]+$/.test(origin)) return
      expect(parseExactOrigin(`${scheme}://${host}`)).toBe(origin)
      expect(parseOrigin(`${origin}/`)).toBe(origin)
      expect(parseExactOrigin(origin)).toBe(origin)
    }),
  )
})
