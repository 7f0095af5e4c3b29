import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasStrace } from '../support/means.ts'
import { openDataDirectory } from './data-directory.ts'
import { readTrace } from './read-trace.ts'
import { recordServer } from './record-server.ts'
import { exchange } from './requests.ts'
import { runPowerCuts } from './run-power-cuts.ts'

describe.skipIf(!hasStrace)('a power cut (needs strace)', () => {
  test('B168, B169: loses no acknowledged photo, although everything unsynced is lost', async () => {
    const report = await runPowerCuts({ uploads: 120, moments: 8, seed: 1 })
    expect(report).toEqual({ cuts: 16, acknowledged: 120, lost: [], broken: [] })
  }, 900_000)

  test('B169: directories that a killed start has made are synced by the next, before the first answer', async () => {
    await using data = await openDataDirectory()
    const directory = join(data.path, 'made', 'tintype')
    await mkdir(join(directory, 'media'), { recursive: true })
    const traceFile = join(data.path, 'trace')
    {
      await using server = await recordServer({ dataDirectory: directory, traceFile })
      await exchange(`${server.url}/healthz`)
    }
    const synced = new Set<string | undefined>()
    for await (const {
      call,
      arguments: { path },
      result,
    } of readTrace(traceFile))
      if (call === 'fsync' && result === 0) synced.add(path)
    expect(synced).toContain(join(data.path, 'made'))
    expect(synced).toContain(directory)
  })
})
