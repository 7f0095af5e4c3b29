import { createSamplePhotos } from '../faults/sample-photos.ts'
import { startNode } from '../support/start-node.ts'
import type { Attack } from './attack.ts'
import { createCaller } from './caller.ts'
import { createHonestWork, type Kind, kinds, photosForViews, type Served } from './honest-work.ts'
import { startAttack } from './start-attack.ts'
import { watchTree } from './watch-tree.ts'

/** What one attack did to the honest caller. */
export interface AttackReport {
  readonly attack: Attack
  readonly alone: Readonly<Record<Kind, Served>>
  readonly during: Readonly<Record<Kind, Served>>
  /** How often the attacker got each result. */
  readonly attacker: ReadonlyMap<string, number>
  /** Most that the server and its decoders had resident during the attack. */
  readonly peakMemoryByteSize: number
  /** What happened to the attacker or to the disk and must not. */
  readonly faults: readonly string[]
}

/** How long an attack is measured. */
export interface AttackLength {
  /** Of each round, alone and again during the attack. */
  readonly durationMs: number
  /** Each with a new server. Their answers are judged together: the 99th percentile of few answers is the slowest one. */
  readonly rounds: number
}

const honestAddress = '127.0.0.1'
const attackerAddress = '127.0.0.2'
const attackedPhotos = 8
const maxWarmUpMs = 1000

/** Measures the honest caller on a new server for a while alone, and then as long during the attack; in several rounds. */
export async function runAttack(attack: Attack, { durationMs, rounds }: AttackLength): Promise<AttackReport> {
  const { minDurationMs = 0 } = attack
  const longMs = Math.max(durationMs, minDurationMs)
  let report = await runRound(attack, longMs)
  for (let round = 2; round <= Math.round((rounds * durationMs) / longMs); round += 1)
    report = addRound(report, await runRound(attack, longMs))
  return report
}

async function runRound(attack: Attack, durationMs: number): Promise<AttackReport> {
  const warmUpMs = Math.min(durationMs, maxWarmUpMs)
  await using server = await startNode({ env: { ...attack.env }, keepsLog: false })
  const { url, pid } = server
  using honest = createCaller(url, honestAddress)
  const sampleOf = await createSamplePhotos({ width: 1024, height: 768 })
  let nonce = 0
  const makeSample = () => sampleOf(nonce++, 0) // no filler: making it would cost the client more than the server
  const upload = async () => {
    const headers = { 'Content-Type': 'image/jpeg' }
    const sent = { method: 'POST', path: '/photos', headers, body: makeSample().bytes() } as const
    return (JSON.parse((await honest.send(sent)).body.toString()) as { id: string }).id
  }
  const viewed = await collect(photosForViews(2 * durationMs + warmUpMs), upload)
  const photos = await collect(attackedPhotos, upload)
  await using prepared = await startAttack(attack.name, {
    url,
    address: attack.sharesAddress ? honestAddress : attackerAddress,
    photos,
  })

  const work = createHonestWork(honest, { makeSample, photos: viewed })
  await work(warmUpMs) // decoders start, and code is compiled
  const alone = await work(durationMs)
  using memory = watchTree(pid)
  prepared.begin()
  const during = await work(durationMs)
  const attacker = await prepared.end()
  const { dataDirectory } = server
  const faults = (await attack.findFaults?.({ results: attacker, dataDirectory })) ?? []
  await server.stop('SIGKILL') // what it still decodes for the attacker does not matter
  return { attack, alone, during, attacker, peakMemoryByteSize: memory.peakByteSize(), faults }
}

function addRound(one: AttackReport, other: AttackReport): AttackReport {
  const join = (phase: 'alone' | 'during') => {
    const pairs = kinds.map((kind): [Kind, Served] => {
      const [first, second] = [one[phase][kind], other[phase][kind]]
      const latencies = [...first.latencies, ...second.latencies]
      return [kind, { latencies, refusals: [...first.refusals, ...second.refusals] }]
    })
    return Object.fromEntries(pairs) as Record<Kind, Served>
  }
  const attacker = new Map(one.attacker)
  for (const [result, count] of other.attacker) attacker.set(result, (attacker.get(result) ?? 0) + count)
  return {
    ...{ attack: one.attack, alone: join('alone'), during: join('during'), attacker },
    peakMemoryByteSize: Math.max(one.peakMemoryByteSize, other.peakMemoryByteSize),
    faults: [...new Set([...one.faults, ...other.faults])],
  }
}

async function collect<Item>(count: number, make: () => Promise<Item>): Promise<Item[]> {
  const items: Item[] = []
  while (items.length < count) items.push(await make())
  return items
}
