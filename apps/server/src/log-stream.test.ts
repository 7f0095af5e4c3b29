import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, type Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { openLogStream } from './log-stream.ts'

const line = `{"event":"${'x'.repeat(200)}"}\n`

/** A program that repeats what it is given, once it is told to go on, at the other end of a pipe. */
function startReader() {
  const child = spawn('sh', ['-c', 'kill -STOP $$; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const fd = openSync('/dev/null', 'w')
  return {
    stdout: Object.assign(child.stdin as Writable, { fd }), // no file: that is all it is asked
    read: text(child.stdout),
    goOn: () => child.kill('SIGCONT'),
    end: () => child.stdin.end(),
    [Symbol.dispose]() {
      closeSync(fd)
      child.kill('SIGKILL')
    },
  }
}

test('B312: a reader that does not read costs lines, which are counted, and no more memory', async () => {
  using reader = startReader()
  const log = openLogStream(reader.stdout)
  const written = 20_000
  for (let at = 0; at < written; at++) log.write(line)
  expect(reader.stdout.writableLength).toBeLessThan(1024 * 1024 + line.length)
  reader.goOn()
  await new Promise((resolve) => reader.stdout.once('drain', resolve))
  log.write(line)
  await log[Symbol.asyncDispose]()
  reader.end()

  const lines = (await reader.read).trimEnd().split('\n')
  const told = lines.filter((one) => `${one}\n` === line).length
  const lost = lines.map((one) => JSON.parse(one)).filter(({ event }) => event === 'log-lost')
  expect(lost).toEqual([
    {
      level: 40,
      time: expect.any(String),
      event: 'log-lost',
      lines: written + 1 - told,
      msg: 'lines were lost',
    },
  ])
  expect(told).toBeGreaterThan(1000)
})

test('a line that comes alone leaves at once, those behind it together and in their order', async () => {
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
