import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type { SamplePhoto } from './sample-photos.ts'

/** The result of the offered uploads. */
export interface OfferedLoad {
  readonly durationMs: number
  /** SHA-256 of each photo that was acknowledged, by its URL. */
  readonly acknowledged: Map<string, string>
  /** Answers of 503 with a whole number of seconds to wait. */
  refused: number
  /** Of these, those that were refused before their body was sent. */
  refusedUnread: number
  /** Everything else. */
  readonly unexpected: string[]
}

/** Uploads, each begun after the one before it as `pace` says. */
export interface Offer {
  readonly url: string
  readonly makeSample: () => SamplePhoto
  readonly durationMs: number
  /**
   * `clients` upload one after the other each; or so many are begun every second, whatever becomes of them, until the
   * time is over. The first of those are begun `atOnce`.
   */
  readonly pace: { readonly clients: number } | { readonly perSecond: number; readonly atOnce: number }
}

/** Offers a load for a while; resolves when all of it has been answered. */
export async function offerUploads({ url, makeSample, durationMs, pace }: Offer): Promise<OfferedLoad> {
  const agent = new Agent({ keepAlive: true })
  const startedAt = performance.now()
  const goesOn = () => performance.now() - startedAt < durationMs
  const load = {
    acknowledged: new Map<string, string>(),
    refused: 0,
    refusedUnread: 0,
    unexpected: [] as string[],
  }
  let offered = 0
  const one = () => {
    offered += 1
    return offerOne({ url, agent, sample: makeSample(), isPatient: offered % 2 === 0 }, load)
  }
  if ('clients' in pace) {
    const client = async () => {
      while (goesOn()) await one()
    }
    await Promise.all(Array.from({ length: pace.clients }, client))
  } else {
    const all: Promise<void>[] = []
    while (goesOn()) {
      const due = Math.max(pace.atOnce, ((performance.now() - startedAt) / 1000) * pace.perSecond)
      while (all.length < due) all.push(one())
      await delay(5)
    }
    await Promise.all(all)
  }
  agent.destroy()
  return { ...load, durationMs: performance.now() - startedAt }
}

/** @param isPatient waits for `100 Continue` before it sends the body */
async function offerOne(
  { url, agent, sample, isPatient }: { url: string; agent: Agent; sample: SamplePhoto; isPatient: boolean },
  load: Omit<OfferedLoad, 'durationMs'>,
): Promise<void> {
  const bytes = sample.bytes()
  let isSent = !isPatient
  try {
    const outgoing = request(`${url}/photos`, {
      agent,
      method: 'POST',
      headers: {
        'content-type': 'image/jpeg',
        'content-length': bytes.byteLength,
        ...(isPatient && { expect: '100-continue' }),
      },
    })
    const answered = Promise.withResolvers<import('node:http').IncomingMessage>()
    outgoing.on('response', answered.resolve).on('error', answered.reject)
    outgoing.on('continue', () => {
      isSent = true
      outgoing.end(bytes)
    })
    if (isPatient) outgoing.flushHeaders()
    else outgoing.end(bytes)
    const answer = await answered.promise
    const body = await text(answer)
    if (!isSent) outgoing.destroy()
    take(answer.statusCode, answer.headers['retry-after'], body)
  } catch (error) {
    load.unexpected.push(`no answer: ${error}`)
  }

  function take(status: number | undefined, retryAfter: string | undefined, body: string): void {
    if (status === 201) load.acknowledged.set((JSON.parse(body) as { url: string }).url, sample.sha256)
    else if (status === 503 && /^[1-9]\d*$/.test(retryAfter ?? '') && body.includes('"OVERLOADED"')) {
      load.refused += 1
      if (!isSent) load.refusedUnread += 1
    } else load.unexpected.push(`${status} with Retry-After ${retryAfter}: ${body.slice(0, 200)}`)
  }
}
