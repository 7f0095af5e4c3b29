import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parseConfig } from '../config/config.ts'
import { readArguments } from './read-arguments.ts'

const dataDirectory = resolve('/srv/photos')

test.each([
  [['--data-dir', '/srv/photos']],
  [['--data-dir=/srv/photos']],
  [['--DATA-DIR=/srv/photos']],
  [['--data_dir', '/srv/photos']],
  [['--tintype-data-dir=/srv/photos']],
  [['--TINTYPE_DATA_DIR', ' /srv/photos ']],
  [['--data-dir', '/elsewhere', '--data-dir', '/srv/photos']],
])('doctor, backup and restore accept %j as serve does', (args) => {
  expect(parseConfig({}, args)).toMatchObject({ dataDirectory })
  expect(parseConfig({}, readArguments(args, {}).settings)).toMatchObject({ dataDirectory })
})

test.each([[['--repair']], [['--repair=1']], [['--REPAIR', 'true']], [['--repair', '--json=0']]])(
  "a command's own switches work like those of serve: %j",
  (args) => {
    expect(readArguments(args, { switches: ['repair', 'json'] })).toEqual({
      values: {},
      switches: { repair: true, json: false },
      positionals: [],
      settings: [],
    })
  },
)

test('values and arguments stand in any order', () => {
  const accepted = { valued: ['since'], positionals: ['DIR'] } as const
  for (const args of [
    ['tuesday', '--since', 'monday', '--data-dir=data'],
    ['--since=monday', '--data-dir', 'data', 'tuesday'],
    ['--data-dir', 'data', '--since', 'monday', '--', 'tuesday'],
  ])
    expect(readArguments(args, accepted)).toEqual({
      values: { since: 'monday' },
      switches: {},
      positionals: ['tuesday'],
      settings: ['--data-dir=data'],
    })
  expect(readArguments(['--', '--since'], accepted).positionals).toEqual(['--since'])
})

test.each([
  [['--mend'], '--mend: unknown flag'],
  [
    ['--repiar', '--data-dri', 'x'],
    '--repiar: unknown flag; did you mean --repair?\n--data-dri: unknown flag; did you mean --data-dir?',
  ],
  [['--port', '3001', 'monday'], '--port: unknown flag'],
  [['--data-dir', 'x', '--since', '--repair'], '--since: expected a value'],
  [['--since='], '--since: expected a value'],
  [['--repair=maybe'], '--repair: expected 1 (or true) or 0 (or false)'],
  [['-r', 'monday'], 'argument 1: expected a flag such as --data-dir /srv/photos'],
  [['--repair', 'monday', 'tuesday'], 'Expected DIR after the command'],
  [[], 'Expected DIR after the command'],
])('%j is refused', (args, problems) => {
  const accepted = { valued: ['since'], switches: ['repair'], positionals: ['DIR'] } as const
  expect(() => readArguments(args, accepted)).toThrow(`${problems}; see "tintype help"`)
})

test('a command without arguments refuses one', () => {
  expect(() => readArguments(['monday'], {})).toThrow('Expected no arguments after the command')
})
