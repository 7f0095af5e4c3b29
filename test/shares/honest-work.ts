import { setTimeout as delay } from 'node:timers/promises'
import type { SamplePhoto } from '../faults/sample-photos.ts'
import type { Caller, Outcome, Sent } from './caller.ts'

/** What the honest caller does, each kind one request after the other. */
export const kinds = ['upload', 'view', 'list', 'search', 'health'] as const
export type Kind = (typeof kinds)[number]

/** How one kind of request was answered. */
export interface Served {
  /** Milliseconds of each answer, in order. */
  readonly latencies: readonly number[]
  /** Results other than success. */
  readonly refusals: readonly string[]
}

/** Milliseconds between the answer to a request and the next one of its kind. */
const pauseMs = { upload: 100, view: 100, list: 50, search: 50, health: 20 } as const satisfies Record<
  Kind,
  number
>

const widths = [160, 320, 480, 640, 960]
const formats = ['webp', 'jpg']
const viewsOfEach = widths.length * formats.length

const search = JSON.stringify({ search: 'harbour', limit: 20 })

/** The honest caller's work, which never repeats an upload or a view. */
export function createHonestWork(
  caller: Caller,
  { makeSample, photos }: { readonly makeSample: () => SamplePhoto; readonly photos: readonly string[] },
): (durationMs: number) => Promise<Readonly<Record<Kind, Served>>> {
  let viewed = 0
  const send: Record<Kind, () => Promise<Outcome>> = {
    upload: () =>
      caller.send({
        method: 'POST',
        path: '/photos',
        headers: { 'Content-Type': 'image/jpeg' },
        body: makeSample().bytes(),
      }),
    view: () => caller.send(view(photos, viewed++)),
    list: () => caller.send({ path: `/trpc/photos.list?input=${encodeURIComponent('{"limit":20}')}` }),
    search: () => caller.send({ path: `/trpc/photos.list?input=${encodeURIComponent(search)}` }),
    health: () => caller.send({ path: '/healthz' }),
  }

  async function repeat(kind: Kind, untilMs: number): Promise<Served> {
    const latencies: number[] = []
    const refusals: string[] = []
    while (performance.now() < untilMs) {
      const { result, durationMs } = await send[kind]()
      latencies.push(durationMs)
      if (!result.startsWith('2')) refusals.push(result)
      await delay(pauseMs[kind])
    }
    return { latencies, refusals }
  }

  return async (durationMs) => {
    const untilMs = performance.now() + durationMs
    const served = await Promise.all(kinds.map(async (kind) => [kind, await repeat(kind, untilMs)] as const))
    return Object.fromEntries(served) as Record<Kind, Served>
  }
}

/** Number of photos whose renditions are enough for this time. */
export function photosForViews(durationMs: number): number {
  return Math.ceil(durationMs / pauseMs.view / viewsOfEach) + 1
}

function view(photos: readonly string[], number: number): Sent {
  const id = photos[Math.floor(number / viewsOfEach) % photos.length]
  const width = widths[number % widths.length]
  const format = formats[Math.floor(number / widths.length) % formats.length]
  return { path: `/media/${id}/w${width}.${format}` }
}
