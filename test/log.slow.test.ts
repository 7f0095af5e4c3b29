import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { makeImage } from '@tintype/imaging/testing'
import { describe, expect, test } from 'vitest'
import { hasScript } from './support/means.ts'
import { openConnection, requestHead } from './support/raw-http.ts'
import { builtServer } from './support/start-node.ts'
import { type SilentTintype, startSilent } from './support/start-silent.ts'
import { readMedia, uploadPhoto } from './support/upload.ts'

/** Throws outside of any request, as a bug would. */
const crashOnSignal = 'data:text/javascript,process.on("SIGUSR2", () => { throw new Error("a mistake") })'

/** Sends small requests over one connection, a hundred at a time. */
async function askOften(url: string, times: number): Promise<void> {
  using connection = await openConnection(url)
  for (let left = times; left > 0; left -= 100) {
    await connection.write(requestHead('GET /healthz').repeat(Math.min(100, left)))
    for (let answers = Math.min(100, left); answers > 0; answers--)
      expect((await connection.answer()).status).toBe(200)
  }
}

test.each([
  { way: 'SIGTERM', signals: ['SIGTERM'], code: 0, last: 'stopped' },
  { way: 'a second signal', signals: ['SIGTERM', 'SIGINT'], code: 0, last: 'stopped' },
  { way: 'a crash', signals: ['SIGUSR2'], code: 1, last: 'request' },
] as const)('B312: no line is lost by an end by $way', async ({ signals, code, last }) => {
  await using tintype = await startSilent({ preload: crashOnSignal })
  const log = tintype.log && text(tintype.log)
  await askOften(tintype.url, 250)
  for (const signal of signals) tintype.kill(signal)
  expect(await tintype.ended).toBe(code)
  const lines = ((await log) ?? '').trimEnd().split('\n')
  const events = lines.map((line) => String(JSON.parse(line).event))
  expect(events.filter((event) => event === 'request')).toHaveLength(250)
  expect(events.at(-1)).toBe(last)
  if (code === 0) expect(await tintype.complaints).toBe('')
})

test.skipIf(!hasScript)(
  'on a terminal the log is lines for people, and Ctrl-C stops the server (needs script)',
  async () => {
    await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-terminal-'))
    const env = { ...process.env, TINTYPE_PORT: '0', TINTYPE_DATA_DIR: home.path }
    // Ctrl-C reaches a shell that waits for the server as well, and dash then returns 130.
    const command = `exec '${process.execPath}' '${builtServer}'`
    const terminal = spawn('script', ['-qec', command, join(home.path, 'typescript')], { env })
    const ended = once(terminal, 'exit')
    let shown = ''
    for await (const chunk of terminal.stdout) {
      const wasListening = shown.includes('listens on')
      shown += chunk
      if (!wasListening && shown.includes('listens on')) terminal.stdin.write('\x03')
    }
    expect(await ended).toEqual([0, null])
    const lines = shown.split('\r\n').filter((line) => /\d{2}:\d{2}:\d{2}/.test(line))
    expect(lines).toEqual([
      expect.stringMatching(/^\d{2}:\d{2}:\d{2}\.\d{3} INFO {2}Tintype listens on http:\S+ event=listening /),
      expect.stringMatching(/ INFO {2}stopping; uploads in progress may finish event=stopping /),
      expect.stringMatching(/ INFO {2}stopped event=stopped$/),
    ])
  },
)

/** Serves and accepts photos after more log lines than a pipe holds, and stops normally. */
async function works(tintype: SilentTintype): Promise<void> {
  await askOften(tintype.url, 3000)
  const image = await makeImage({ width: 80, height: 60, format: 'jpeg' })
  const photo = await uploadPhoto(tintype.url, image)
  expect((await readMedia(tintype.url, photo.url)).equals(image)).toBe(true)
  tintype.kill('SIGTERM')
  expect(await tintype.ended).toBe(0)
  expect(await tintype.complaints).toBe('')
}

describe('B312: the service continues and stops normally', () => {
  test('when its log is a closed pipe', async () => {
    await using tintype = await startSilent()
    tintype.log?.destroy()
    await works(tintype)
  })

  test('when its log is a pipe that no process reads', async () => {
    await using tintype = await startSilent()
    await works(tintype)
  })

  test.skipIf(process.platform !== 'linux')(
    'when the disk of its log is full (needs /dev/full)',
    async () => {
      const full = openSync('/dev/full', 'w')
      await using tintype = await startSilent({ log: full })
      closeSync(full)
      await works(tintype)
    },
  )
})
