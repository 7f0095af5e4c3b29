import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { openConnection, requestHead } from './support/raw-http.ts'
import { repository } from './support/start-tintype.ts'

/** Throws, as a mistake would, where no request hears of it. */
const crashOnSignal = 'data:text/javascript,process.on("SIGUSR2", () => { throw new Error("a mistake") })'

/** The server with its standard output in our hands, once it has said where it listens. */
async function startTalking() {
  await using opening = new AsyncDisposableStack()
  const data = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-')))
  const args = ['--import', crashOnSignal, join(repository, 'apps/server/src/main.ts')]
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, TINTYPE_PORT: '0', TINTYPE_DATA_DIR: data.path },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit') as Promise<[number | null]>
  opening.defer(() => void child.kill('SIGKILL'))
  const complaints = text(child.stderr)
  const lines = createInterface(child.stdout)
  const closed = once(lines, 'close')
  const [first] = await once(lines, 'line')
  const owned = opening.move()
  return {
    url: String(JSON.parse(first).url),
    child,
    lines,
    complaints,
    /** Resolves when every line has been read. */
    closed,
    exitCode: async () => (await exited)[0],
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Asks for something small over one connection, a hundred at a time. */
async function askOften(url: string, times: number): Promise<void> {
  using connection = await openConnection(url)
  for (let left = times; left > 0; left -= 100) {
    await connection.write(requestHead('GET /healthz').repeat(Math.min(100, left)))
    for (let answers = Math.min(100, left); answers > 0; answers--)
      expect((await connection.answer()).status).toBe(200)
  }
}

const eventsOf = (lines: readonly string[]) => lines.map((line) => String(JSON.parse(line).event))

test.each([
  { way: 'SIGTERM', signals: ['SIGTERM'], code: 0, last: 'stopped' },
  { way: 'a second signal', signals: ['SIGTERM', 'SIGINT'], code: 0, last: 'stopped' },
  { way: 'a crash', signals: ['SIGUSR2'], code: 1, last: 'request' },
] as const)('B312: no line is lost by an end by $way', async ({ signals, code, last }) => {
  await using tintype = await startTalking()
  const lines: string[] = []
  tintype.lines.on('line', (line) => lines.push(line))
  await askOften(tintype.url, 250)
  for (const signal of signals) tintype.child.kill(signal)
  expect(await tintype.exitCode()).toBe(code)
  await tintype.closed
  const events = eventsOf(lines)
  expect(events.filter((event) => event === 'request')).toHaveLength(250)
  expect(events.at(-1)).toBe(last)
  if (code === 0) expect(await tintype.complaints).toBe('')
})

test('B312: a reader that is gone stops nothing', async () => {
  await using tintype = await startTalking()
  tintype.child.stdout.destroy()
  await askOften(tintype.url, 500)
  tintype.child.kill('SIGTERM')
  expect(await tintype.exitCode()).toBe(0)
  expect(await tintype.complaints).toBe('')
})

test('B312: a server whose log nobody reads ends all the same', async () => {
  await using tintype = await startTalking()
  tintype.lines.pause()
  await askOften(tintype.url, 3000)
  tintype.child.kill('SIGTERM')
  expect(await tintype.exitCode()).toBe(0)
}, 60_000)
