import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PhotoJson } from '../support/uploads.ts'
import { openDataDirectory } from './data-directory.ts'
import { createDiskModel, type DiskModel } from './disk-model.ts'
import { createRandom, type Random } from './random.ts'
import { readTrace, type TraceEvent } from './read-trace.ts'
import { recordServer } from './record-server.ts'
import { exchange, listPhotos, readPhoto } from './requests.ts'
import { createSamplePhotos, sha256 } from './sample-photos.ts'
import { startVictim } from './victim.ts'

/** The result of a run. */
export interface PowerCutReport {
  /** Disks that a server was started on after a power cut. */
  cuts: number
  /** Answers of 201 whose photo had to be durable before the answer was written. */
  acknowledged: number
  readonly lost: string[]
  readonly broken: string[]
}

/** Options of a run. */
export interface PowerCutOptions {
  readonly uploads: number
  /** Moments of power cuts; each gives two disks. */
  readonly moments: number
  readonly seed: number
}

/** What clients know after the record. */
interface Promises {
  /** Bytes of each photo by id. */
  readonly sha256ById: ReadonlyMap<string, string>
  /** Bytes of the thumbnails of photos that were not deleted, by the photo's id. */
  readonly thumbnailSha256ById: ReadonlyMap<string, string>
  /** Ids in the order in which their deletion was acknowledged. */
  readonly deleted: readonly string[]
}

const workers = 5
const kib = 1024
/** Which of every forty uploads move to a file before they are complete; the last of them is also synced before that. */
const largeByteSizes: Readonly<Record<number, number>> = { 0: 1100 * kib, 20: 1100 * kib, 30: 18_000 * kib }

/**
 * Records every system call of a server under load, then cuts the power at moments of the record: builds the disk
 * that would be left, once with nothing that was not synced and once with a random part of it, and starts a server
 * on it.
 */
export async function runPowerCuts({ uploads, moments, seed }: PowerCutOptions): Promise<PowerCutReport> {
  const random = createRandom(seed)
  const report: PowerCutReport = { cuts: 0, acknowledged: 0, lost: [], broken: [] }
  await using data = await openDataDirectory()
  const scratch = await mkdtemp(join(tmpdir(), 'tintype-trace-'))
  await using cleanup = new AsyncDisposableStack()
  cleanup.defer(() => rm(scratch, { recursive: true, force: true }))
  const traceFile = join(scratch, 'trace')
  const promises = await record(data.path, { traceFile, uploads, random })

  const disk = createDiskModel(data.path)
  const acknowledged = new Set<string>()
  let deletions = 0
  let untilCut = Number.POSITIVE_INFINITY
  async function cutNow(): Promise<void> {
    const gone = new Set(promises.deleted.slice(0, deletions))
    for (const keeps of [undefined, random])
      await cutPower(disk, { acknowledged, gone, promises, report, keeps })
  }
  for await (const event of readTrace(traceFile)) {
    const id = readCreated(event)
    if (id !== undefined) {
      acknowledged.add(id)
      report.acknowledged += 1
      checkDurable(disk, id, { promises, report })
      if (acknowledged.size % Math.ceil(uploads / moments) === 0) untilCut = 1 + random.below(60)
    }
    if (isDeleted(event)) deletions += 1
    disk.take(event)
    untilCut -= 1
    if (untilCut === 0) await cutNow()
  }
  if (Number.isFinite(untilCut) && untilCut > 0) await cutNow() // the record ended before the last moment
  if (acknowledged.size !== uploads) report.broken.push(`${acknowledged.size} answers are in the record`)
  return report
}

/** Uploads, and deletes every eighth photo, one after the other. */
async function record(
  dataDirectory: string,
  { traceFile, uploads, random }: { traceFile: string; uploads: number; random: Random },
): Promise<Promises> {
  const makeSample = await createSamplePhotos()
  const sha256ById = new Map<string, string>()
  const thumbnailSha256ById = new Map<string, string>()
  const deleted: string[] = []
  let deleting = Promise.resolve()
  await using server = await recordServer({ dataDirectory, traceFile })
  let begun = 0
  async function work(): Promise<void> {
    while (begun < uploads) {
      begun += 1
      const nonce = begun
      const byteSize = largeByteSizes[nonce % 40] ?? 1 * kib + random.below(20 * kib)
      const sample = makeSample(nonce, byteSize)
      const headers = { 'content-type': 'image/jpeg' }
      const answer = await exchange(`${server.url}/photos`, { method: 'POST', headers, body: sample.bytes() })
      if (answer.status !== 201) throw new Error(`an upload was answered ${answer.status}`)
      const { id } = readPhoto(answer)
      sha256ById.set(id, sample.sha256)
      if (nonce % 8 === 0) deleting = deleting.then(() => remove(id))
    }
  }
  async function remove(id: string): Promise<void> {
    const { status } = await exchange(`${server.url}/photos/${id}`, { method: 'DELETE' })
    if (status !== 204) throw new Error(`a deletion was answered ${status}`)
    deleted.push(id)
  }
  await Promise.all(Array.from({ length: workers }, work))
  await deleting
  for (const { id } of await listPhotos(server.url)) {
    const { body } = await exchange(`${server.url}/media/${id}/thumb.webp`)
    thumbnailSha256ById.set(id, sha256(body))
  }
  return { sha256ById, thumbnailSha256ById, deleted }
}

/** The id in an answer of 201 that is about to be written. */
function readCreated({ arguments: { path, strings }, result }: TraceEvent): string | undefined {
  if (result !== undefined || !path?.startsWith('socket:')) return undefined
  return /^HTTP\/1\.1 201 .*?\r\nLocation: \/photos\/(\S+)\r\n/s.exec(String(strings[0]))?.[1]
}

function isDeleted({ arguments: { path, strings }, result }: TraceEvent): boolean {
  return (
    result === undefined &&
    path?.startsWith('socket:') === true &&
    /^HTTP\/1\.1 204 /.test(String(strings[0]))
  )
}

/** The bytes must be durable before the answer is written; whether the row is shows when a server is started. */
function checkDurable(
  disk: DiskModel,
  id: string,
  { promises, report }: { promises: Promises; report: PowerCutReport },
): void {
  const bytes = disk.durable(`media/originals/${id.replaceAll('-', '').slice(0, 7)}/${id}.jpg`)
  if (bytes === undefined) report.lost.push(`photo ${id} had no durable name when it was acknowledged`)
  else if (sha256(bytes) !== promises.sha256ById.get(id))
    report.lost.push(`photo ${id} had no durable bytes when it was acknowledged`)
}

async function cutPower(
  disk: DiskModel,
  context: {
    readonly acknowledged: ReadonlySet<string>
    readonly gone: ReadonlySet<string>
    readonly promises: Promises
    readonly report: PowerCutReport
    readonly keeps: Random | undefined
  },
): Promise<void> {
  const { acknowledged, gone, promises, report, keeps } = context
  await using left = await openDataDirectory()
  await disk.restore(left.path, keeps)
  report.cuts += 1
  const server = await startVictim({ dataDirectory: left.path })
  if (server.url === undefined) return void report.broken.push(`no start: ${await server.dead}`)
  const photos = new Map((await listPhotos(server.url)).map((photo) => [photo.id, photo]))
  for (const photo of photos.values()) {
    const problem = await examine(server.url, photo, promises)
    if (problem) report.lost.push(problem)
    const damage = await examineThumbnail(server.url, photo, promises)
    if (damage) report.broken.push(damage)
    if (gone.has(photo.id)) report.broken.push(`photo ${photo.id} is back`)
  }
  // It is unknown when a deletion became durable.
  const mayBeMissing = new Set(promises.deleted)
  for (const id of acknowledged)
    if (!photos.has(id) && !mayBeMissing.has(id)) report.lost.push(`photo ${id} is not listed`)
  server.killAfter(0)
  await server.dead
}

async function examine(url: string, photo: PhotoJson, promises: Promises): Promise<string | undefined> {
  const { status, body } = await exchange(url + photo.url)
  if (status !== 200) return `photo ${photo.id} is listed, but answered ${status}`
  const isWhole = sha256(body) === photo.sha256 && promises.sha256ById.get(photo.id) === photo.sha256
  return isWhole ? undefined : `photo ${photo.id} has other bytes than were sent`
}

/** It is not synced: what the power cut left of it may be anything, and must never be answered. */
async function examineThumbnail(
  url: string,
  photo: PhotoJson,
  promises: Promises,
): Promise<string | undefined> {
  const expected = promises.thumbnailSha256ById.get(photo.id)
  if (expected === undefined) return undefined
  const { status, body } = await exchange(`${url}/media/${photo.id}/thumb.webp`)
  if (status !== 200) return `the thumbnail of photo ${photo.id} was answered ${status}`
  return sha256(body) === expected ? undefined : `the thumbnail of photo ${photo.id} has other bytes`
}
