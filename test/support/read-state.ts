import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { listChildren } from './list-children.ts'
import type { Tintype } from './start-tintype.ts'
import { ask } from './uploads.ts'

/** What a server uses at a moment. Descriptors, children and memory are known only with `/proc`. */
export interface ServerState {
  readonly descriptors: number
  readonly children: number
  readonly memoryByteSize: number
  readonly peakMemoryByteSize: number
  /** Files in staging. */
  readonly staged: number
  readonly uploadsInFlight: number
  readonly walByteSize: number
  /** How late the event loop's timers were since the last call, 99th percentile. */
  readonly loopDelayP99Ms: number
}

/**
 * Period of the timer with which Node and prom-client measure the delay. They include it: without any delay they show 10 ms.
 */
const loopTickMs = 10

/** Reads a server's state from outside, and from its metrics. */
export async function readState(tintype: Tintype): Promise<ServerState> {
  const { pid } = tintype
  const metrics = (await ask(tintype, '/metrics')).body.toString()
  const metric = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1])
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const kibibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1])
  const wal = await stat(join(tintype.dataDirectory, 'tintype.db-wal')).catch(() => undefined)
  return {
    descriptors: (await readdir(`/proc/${pid}/fd`)).length,
    children: (await listChildren(pid)).length,
    memoryByteSize: kibibytes('VmRSS') * 1024,
    peakMemoryByteSize: kibibytes('VmHWM') * 1024,
    staged: (await tintype.staged()).length,
    uploadsInFlight: metric('tintype_uploads_in_flight'),
    walByteSize: wal?.size ?? 0,
    loopDelayP99Ms: metric('nodejs_eventloop_lag_p99_seconds') * 1000 - loopTickMs,
  }
}

/** Each decoder has two descriptors, and there may be more decoders now if there are processors for them. */
export function descriptorsWithoutDecoders({ descriptors, children }: ServerState): number {
  return descriptors - 2 * children
}
