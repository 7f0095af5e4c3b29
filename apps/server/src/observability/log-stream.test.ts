import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, type Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { openLogStream } from './log-stream.ts'

const line = `{"event":"${'x'.repeat(200)}"}\n`

/** A program at the other end of a pipe. It writes out what it reads, and stops reading while its own output is not read. */
function startReader() {
  const child = spawn('cat', { stdio: ['pipe', 'pipe', 'inherit'] })
  const fd = openSync('/dev/null', 'w')
  return {
    stdout: Object.assign(child.stdin as Writable, { fd }), // not a file, which is all that is checked of it
    read: () => text(child.stdout),
    end: () => child.stdin.end(),
    [Symbol.dispose]() {
      closeSync(fd)
      child.kill('SIGKILL')
    },
  }
}

test('B312: a reader that stops reading causes lost lines, which are counted, and no growth of memory', async () => {
  using reader = startReader()
  const log = openLogStream(reader.stdout)
  const count = 20_000
  for (let at = 0; at < count; at++) log.write(line)
  expect(reader.stdout.writableLength).toBeLessThan(1024 * 1024 + line.length)
  const reading = reader.read()
  await new Promise((resolve) => reader.stdout.once('drain', resolve))
  log.write(line)
  await log[Symbol.asyncDispose]()
  reader.end()

  const lines = (await reading).trimEnd().split('\n')
  const written = lines.filter((one) => `${one}\n` === line).length
  const lost = lines.map((one) => JSON.parse(one)).filter(({ event }) => event === 'log-lost')
  expect(lost).toEqual([
    {
      level: 40,
      time: expect.any(String),
      event: 'log-lost',
      lines: count + 1 - written,
      msg: 'log lines were lost',
    },
  ])
  expect(written).toBeGreaterThan(1000)
})

test('a single line is written at once, later ones are collected and written in order', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-'))
  const file = join(home.path, 'log')
  const fd = openSync(file, 'w')
  {
    await using log = openLogStream(Object.assign(new PassThrough(), { fd }))
    log.write('1\n')
    expect(readFileSync(file, 'utf8')).toBe('1\n')
    log.write('2\n')
    log.write('3\n')
    expect(readFileSync(file, 'utf8')).toBe('1\n')
    log.flush()
    expect(readFileSync(file, 'utf8')).toBe('1\n2\n3\n')
    log.write('4\n')
  }
  expect(readFileSync(file, 'utf8')).toBe('1\n2\n3\n4\n')
  closeSync(fd)
})

test('B312: if a full disk stores half of a piece, the rest is counted, and the next line starts on its own line', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-'))
  const file = join(home.path, 'log')
  const fd = openSync(file, 'w')
  let space = 6
  const writeBytes = (to: number, bytes: Uint8Array, offset: number) => {
    if (space === 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    const byteSize = writeSync(to, bytes, offset, Math.min(5, space, bytes.length - offset))
    space -= byteSize
    return byteSize
  }
  {
    await using log = openLogStream(Object.assign(new PassThrough(), { fd }), writeBytes)
    log.write('first\n')
    for (const line of ['whöle\n', 'lost\n', 'lost\n']) log.write(line)
    space = 10
    log.flush()
    log.write('lost too\n')
    log.flush()
    space = 1000
    log.write('back\n')
  }
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  expect(lines.slice(0, -1)).toEqual(['first', 'whöle', 'los', 'back'])
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ event: 'log-lost', lines: 3 })
  closeSync(fd)
})
