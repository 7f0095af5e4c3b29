import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { problemsOf } from '../testing/problems-of.ts'
import { parseConfig } from './config.ts'

describe('flags', () => {
  test.each([
    [['--port', '3001']],
    [['--port=3001']],
    [['--tintype-port', '3001']],
    [['--TINTYPE_PORT=3001']],
    [['--Port', '3000', '--port', '3001']],
  ])('%j wins over the environment', (flags) => {
    expect(parseConfig({ TINTYPE_PORT: '4000', PORT: '5000' }, flags).http.port).toBe(3001)
  })

  test('a switch needs no value', () => {
    const host = { TINTYPE_HOST: '0.0.0.0' }
    expect(parseConfig(host, ['--open']).http.isOpen).toBe(true)
    expect(parseConfig(host, ['--open', '--port', '3001']).http).toMatchObject({ isOpen: true, port: 3001 })
    expect(parseConfig(host, ['--open', 'true']).http.isOpen).toBe(true)
    expect(parseConfig({ TINTYPE_OPEN: '1' }, ['--open=0']).http.isOpen).toBe(false)
  })

  test('B230: a secret is no flag, because others can read the command line', () => {
    const secrets = ['admin-key', 'signing-secrets', 'jwt-secret', 'edge-secret']
    for (const flag of secrets) {
      const name = `TINTYPE_${flag.toUpperCase().replaceAll('-', '_')}`
      const problem = `--${flag}: other users of this machine can read a command line; set the variable ${name} instead`
      expect(problemsOf({}, [`--${flag}`, 'hunter2'])).toEqual([problem])
    }
  })

  test('values may contain dashes and equals signs', () => {
    const flags = ['--data-dir', '-x=y', '--static-dir=a=b --c']
    expect(parseConfig({}, flags)).toMatchObject({
      dataDirectory: resolve('-x=y'),
      http: { staticDirectory: resolve('a=b --c') },
    })
  })

  test.each([
    [['--prot', '3001'], '--prot: unknown flag; did you mean --port?'],
    [['--max-upload', '1mb'], '--max-upload: unknown flag; did you mean --max-upload-size?'],
    [['--something-else'], '--something-else: unknown flag'],
    [['--port'], '--port: expected a value'],
    [['--port='], '--port: expected a value'],
    [['--port', '--open'], '--port: expected a value'],
    [['3001'], 'argument 1: expected a flag such as --data-dir /srv/photos'],
    [['--open', 'maybe'], 'argument 2: expected a flag such as --data-dir /srv/photos'],
    [['--', '--open'], 'argument 2: expected a flag such as --data-dir /srv/photos'],
    [['--open='], '--open: expected a value'],
    [['--=s3cret'], 'argument 1: expected a flag such as --data-dir /srv/photos'],
    [['-ps3cret'], 'argument 1: expected a flag such as --data-dir /srv/photos'],
    [['-p', '--port=1'], 'argument 1: expected a flag such as --data-dir /srv/photos'],
    [['--port=x'], 'TINTYPE_PORT (from --port): expected a port from 0 to 65535; received "x"'],
  ])('%j', (flags, expected) => {
    expect(problemsOf({}, flags)).toEqual([expected])
  })

  test('the problem names the source of the value', () => {
    expect(problemsOf({ PORT: 'pipe' })[0]).toMatch(/^TINTYPE_PORT \(from PORT\): .*received "pipe"$/)
  })
})
