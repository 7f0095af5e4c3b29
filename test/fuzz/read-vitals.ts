import { readdir } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { exchange } from '../faults/requests.ts'
import type { Tintype } from '../support/start-tintype.ts'

/** What a server uses. */
export interface Vitals {
  readonly fileDescriptors: number
  readonly childProcesses: number
  /** Running or waiting. */
  readonly decodes: number
  readonly stagedFiles: number
  readonly uploadsInFlight: number
  /** Heap and buffers in use, after garbage was collected. */
  readonly memoryByteSize: number
}

/** Timers release what belongs to closed connections, after a minute at most. */
const patienceMs = 150_000
const intervalMs = 50

/** May grow: compiled code, caches, a counter for each route and status. */
const memorySlackByteSize = 16 * 1024 * 1024

/**
 * Reads the vitals once the server is idle and, if there is a base line, once they are back at it. If they do not come
 * back, returns them as they are after some minutes.
 */
export async function readVitals(tintype: Tintype, baseLine?: Vitals): Promise<Vitals> {
  let vitals = await read(tintype)
  for (const endMs = performance.now() + patienceMs; performance.now() < endMs; ) {
    const past = vitals
    await delay(intervalMs)
    vitals = await read(tintype)
    const isSteady = findLeaks(baseLine ?? past, vitals).length === 0
    if (isSteady && vitals.stagedFiles + vitals.uploadsInFlight + vitals.decodes === 0) break
  }
  return vitals
}

async function read({ url, pid, staged }: Tintype): Promise<Vitals> {
  process.kill(pid, 'SIGUSR2')
  const metrics = (await exchange(`${url}/metrics`)).body.toString()
  const gauge = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1])
  return {
    fileDescriptors: (await readdir(`/proc/${pid}/fd`)).length,
    childProcesses: gauge('tintype_decoders'),
    decodes: gauge('tintype_decodes_active') + gauge('tintype_decodes_queued'),
    stagedFiles: (await staged()).length,
    uploadsInFlight: gauge('tintype_uploads_in_flight'),
    memoryByteSize: gauge('nodejs_heap_size_used_bytes') + gauge('nodejs_external_memory_bytes'),
  }
}

/** Vitals that grew between two readings and must not; empty if none did. */
export function findLeaks(before: Vitals, after: Vitals): string[] {
  const grown = (['fileDescriptors', 'childProcesses', 'stagedFiles', 'uploadsInFlight'] as const).filter(
    (name) => after[name] > before[name],
  )
  const leaks = grown.map((name) => `${name} were ${before[name]} and are ${after[name]}`)
  if (after.memoryByteSize > before.memoryByteSize + memorySlackByteSize)
    leaks.push(`memory was ${before.memoryByteSize} bytes and is ${after.memoryByteSize}`)
  return leaks
}
