import { connect, type Socket } from 'node:net'
import { createAnswerReader } from './answer-reader.ts'
import { byteSizeOf, type LoadPlan, type LoadResult } from './load-plan.ts'
import { sendBody } from './send-body.ts'

/** Counts the requests of all plans, so that no two upload to the same name. */
let serial = 0

/** How long to wait for answers that are missing at the end. */
const graceMs = 60_000

/** A body may take so long: 5 MB/s, which the slowest peer exceeds many times when nothing else runs. */
const leastBytesPerMs = 5000

/** Carries out a plan; resolves when every request that was sent has been answered, or the grace is over. */
export async function generateLoad(plan: LoadPlan): Promise<LoadResult> {
  const { warmUpMs = 0, durationMs, requests = Number.POSITIVE_INFINITY } = plan
  const startedAt = performance.now()
  const countedFrom = startedAt + warmUpMs
  const endsAt = durationMs === undefined ? Number.POSITIVE_INFINITY : countedFrom + durationMs
  const heads = plan.heads.map((head) => (head.includes('{n}') ? head : Buffer.from(head, 'latin1')))
  const latencies: number[] = []
  const statuses: Record<string, number> = {}
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const sockets = new Set<Socket>()
  let sent = 0
  let active = 0
  let brokenConnections = 0
  let completed = 0
  let lastAt = countedFrom

  /** One request is sent in any case: on a busy machine the time may be over before there is a connection. */
  const isOver = () => sent >= requests || (sent > 0 && performance.now() >= endsAt)

  function head(): string | Uint8Array {
    const one = heads[sent % heads.length] ?? ''
    return typeof one === 'string' ? one.replace('{n}', String(serial++)) : one
  }

  function open(): void {
    let sentAt = 0
    let isWaiting = false
    const socket = connect({ port: plan.port, host: '127.0.0.1', noDelay: true })
    sockets.add(socket)
    active++
    const next = () => {
      if (isOver()) return void socket.destroy()
      sentAt = performance.now()
      isWaiting = true
      if (plan.body) {
        socket.cork()
        socket.write(head())
        sendBody(socket, plan.body)
        socket.uncork()
      } else socket.write(head())
      sent++
    }
    const reader = createAnswerReader(({ status, isLast }) => {
      const now = performance.now()
      isWaiting = false
      statuses[status] = (statuses[status] ?? 0) + 1
      // an answer after the end counts for latency, but not for throughput
      if (sentAt >= countedFrom) latencies.push(now - sentAt)
      if (now >= countedFrom && now <= endsAt) {
        completed++
        lastAt = now
      }
      if (isLast) socket.destroy()
      else next()
    })
    socket.on('data', (chunk: Buffer) => reader.take(chunk))
    socket.on('error', () => {})
    socket.once('connect', next)
    socket.once('close', () => {
      sockets.delete(socket)
      active--
      if (isWaiting) brokenConnections++
      if (sent < requests && performance.now() < endsAt && brokenConnections < 100) open()
      else if (active === 0) end()
    })
  }

  for (let at = 0; at < plan.connections; at++) open()
  const hardEnd = setTimeout(
    () => {
      for (const socket of sockets) socket.destroy()
    },
    (durationMs ?? 60_000) + warmUpMs + graceMs + byteSizeOf(plan.body) / leastBytesPerMs,
  )
  await ended
  clearTimeout(hardEnd)
  const elapsedMs = (durationMs === undefined ? lastAt : endsAt) - countedFrom
  return { completed, elapsedMs, statuses, brokenConnections, latencyMs: spread(latencies) }
}

function spread(values: number[]): LoadResult['latencyMs'] {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: sorted.at(-1) ?? 0 }
}
