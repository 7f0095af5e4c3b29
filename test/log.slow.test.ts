import { closeSync, openSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { makeImage } from '@tintype/imaging/testing'
import { describe, expect, test } from 'vitest'
import { openConnection, requestHead } from './support/raw-http.ts'
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
