import { join } from 'node:path'
import { assertAllAnswered, runRounds } from '../run-rounds.ts'
import { startTintype } from '../servers/contestants.ts'
import { multiplyPhotos } from '../servers/multiply-photos.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'

/** The row that the target reads. */
export const besideSearches = 'beside the searches'

const clients = 8
const title = 'a'.repeat(30)
/** Every photo has each piece of it, and none has all of it: all of them are compared. */
const search = 'a'.repeat(40)
const path = `/trpc/photos.list?input=${encodeURIComponent(JSON.stringify({ search }))}`

/** `/healthz` while several clients repeat the search that costs the most, in a million photos. */
export async function measureSearches(context: BenchContext): Promise<WorkloadResult[]> {
  const { directory, isQuick, turnMs, generator, say } = context
  const count = isQuick ? 1000 : 1_000_000
  const data = join(directory, 'searches')
  await multiplyPhotos(data, { count, photo: context.bodies.small, title })
  await using server = await startTintype()(data)
  const url = `http://127.0.0.1:${server.port}${path}`
  const startedAt = performance.now()
  const { status } = await fetch(url)
  const tookMs = Math.round(performance.now() - startedAt)
  say(`Searches in ${count} photos: one alone is ${status} after ${tookMs} ms`)

  async function measureHealth(): Promise<number> {
    const heads = ['GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n']
    const plan = { port: server.port, connections: 1, heads, warmUpMs: turnMs / 3, durationMs: turnMs }
    const result = await generator.run(plan)
    assertAllAnswered(result, 200)
    return result.latencyMs.p99
  }
  async function measureBeside(): Promise<number> {
    const ending = new AbortController()
    const searching = Array.from({ length: clients }, () => repeat(url, ending.signal))
    const p99Ms = await measureHealth()
    ending.abort()
    await Promise.all(searching)
    return p99Ms
  }
  const values = await runRounds(
    [
      { name: 'alone', turn: measureHealth },
      { name: besideSearches, turn: measureBeside },
    ],
    context,
  )
  return [
    {
      id: 'search-health',
      title: `${count.toLocaleString('en')} photos: /healthz beside the worst search, 99th percentile`,
      unit: 'ms',
      isMoreBetter: false,
      rows: [...values].map(([name, each]) => ({ name, values: each })),
      references: ['alone'],
      notes: [
        `${clients} clients search for ${search.length} times the letter of which each title has ${title.length}, so that every photo is compared. One such search alone was answered ${status} after ${tookMs} ms.`,
      ],
    },
  ]
}

/** Searches until the signal is aborted. A search that takes too long is refused, as it should be. */
async function repeat(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const answer = await fetch(url, { signal }).catch(() => undefined)
    await answer?.arrayBuffer().catch(() => undefined)
  }
}
