import { setTimeout as delay } from 'node:timers/promises'
import type { PhotoJson } from '../support/uploads.ts'
import type { Ledger, LedgerEntry } from './ledger.ts'
import type { Random } from './random.ts'
import { exchange, type Get, listPhotos, query, readPhoto, sendUpload, type WholeAnswer } from './requests.ts'
import { sha256 } from './sample-photos.ts'
import { describe, keep } from './workload.ts'

/** Options of a check. */
export interface CheckOptions {
  readonly ledger: Ledger
  readonly random: Random
  /** Called for every acknowledged photo that is missing or not whole. */
  readonly onLost: (what: string) => void
  /** Called for everything else that must not happen. */
  readonly onBroken: (what: string) => void
  /** Whether an answer asks to be repeated a little later; by default none does. */
  readonly isRefusal?: (answer: WholeAnswer) => boolean
}

const mostRefusals = 50
const pauseMs = 200

/** Sends a request, again while it is refused for now. */
async function accepted(send: () => Promise<WholeAnswer>, { isRefusal }: CheckOptions): Promise<WholeAnswer> {
  for (let count = 1; ; count += 1) {
    const answer = await send()
    if (count === mostRefusals || !isRefusal?.(answer)) return answer
    await delay(pauseMs)
  }
}

const getWith =
  (options: CheckOptions): Get =>
  (url) =>
    accepted(() => exchange(url), options)

/** A rendition as JSON; only the fields that are checked here. */
interface RenditionJson {
  readonly url: string
}

/**
 * Checks the promises of a server that has just started and is idle. Afterwards nothing in the ledger is in doubt.
 */
export async function checkPromises(url: string, options: CheckOptions): Promise<void> {
  const { ledger, random } = options
  const get = getWith(options)
  settle(await listPhotos(url, get), options)
  // I10: some are repeated, the others stay as the crash left them.
  for (const entry of interrupted(ledger)) if (random.below(2) === 0) await repeat(url, entry, options)
  for (const entry of ledger.in('sent')) entry.state = 'gone'
  const photos = await listPhotos(url, get)
  settle(photos, options)
  await Promise.all(photos.map((photo) => checkBytes(url, photo, options)))
  const renditions = await listRenditions(url, photos, get)
  await Promise.all(renditions.map((path) => checkRendition(url, path, options)))
}

/** Compares the list with the ledger, and resolves the entries in doubt. */
function settle(photos: readonly PhotoJson[], { ledger, onLost, onBroken }: CheckOptions): void {
  const listed = new Map<string, PhotoJson>()
  for (const photo of photos) {
    const entry = ledger.find(photo.sha256)
    if (entry === undefined) onBroken(`photo ${photo.id} has bytes that were never sent`)
    if (entry?.state === 'gone') onBroken(`photo ${photo.id} exists, but was deleted`)
    if (listed.has(photo.sha256)) onBroken(`photo ${photo.id} exists twice`)
    listed.set(photo.sha256, photo)
  }
  for (const entry of ledger.in('kept'))
    if (listed.get(entry.sample.sha256)?.id !== entry.id) {
      onLost(`photo ${entry.id} was acknowledged and is not listed`)
      entry.state = 'gone'
    }
  for (const entry of ledger.in('deleting')) entry.state = listed.has(entry.sample.sha256) ? 'kept' : 'gone'
  for (const entry of ledger.in('sent')) {
    const photo = listed.get(entry.sample.sha256)
    if (photo === undefined) continue
    entry.id = photo.id
    entry.state = 'kept'
  }
}

/** Repeats uploads that got no answer: each must return the existing photo, not a second one. */
function interrupted(ledger: Ledger): LedgerEntry[] {
  const uploads = [...ledger.in('sent'), ...ledger.in('kept')]
  return uploads.filter(({ isAnswered, idempotencyKey }) => !isAnswered && idempotencyKey !== undefined)
}

async function repeat(url: string, entry: LedgerEntry, options: CheckOptions): Promise<void> {
  const { ledger, onBroken } = options
  const answer = await accepted(() => sendUpload(url, entry), options)
  if (answer.status !== 201) return onBroken(`a repeated upload was answered ${describe(answer)}`)
  const { id } = readPhoto(answer)
  if (entry.id !== undefined && entry.id !== id)
    onBroken(`photo ${entry.id} became ${id} when it was repeated`)
  if (answer.isReplay !== (entry.id !== undefined))
    onBroken(`photo ${id} was answered as a replay without reason`)
  keep(ledger, entry, answer)
}

async function checkBytes(url: string, photo: PhotoJson, options: CheckOptions): Promise<void> {
  const { onLost } = options
  const answer = await getWith(options)(url + photo.url)
  if (answer.status !== 200)
    onLost(`photo ${photo.id} is listed, but its bytes are answered ${describe(answer)}`)
  else if (sha256(answer.body) !== photo.sha256) onLost(`photo ${photo.id} has other bytes than were sent`)
}

async function checkRendition(url: string, path: string, options: CheckOptions): Promise<void> {
  const { onBroken } = options
  const answer = await getWith(options)(url + path)
  if (answer.status !== 200) onBroken(`${path} is recorded, but answered ${describe(answer)}`)
}

/** URLs of all renditions that are recorded. */
async function listRenditions(url: string, photos: readonly PhotoJson[], get?: Get): Promise<string[]> {
  const urls: string[] = []
  // a hundred at a time: each opens a connection
  for (let at = 0; at < photos.length; at += 100) {
    const some = photos.slice(at, at + 100)
    const lists = some.map(({ id }) => query<RenditionJson[]>(url, 'thumbnails.list', { photoId: id }, get))
    urls.push(...(await Promise.all(lists)).flat().map((rendition) => rendition.url))
  }
  return urls
}

/** Names that the files of all recorded photos and renditions have: exactly these must be in the store (I4). */
export async function listFiles(url: string): Promise<string[]> {
  const photos = await listPhotos(url)
  const renditions = await listRenditions(url, photos)
  // `/media/<id>.jpg` and `/media/<id>/<name>.webp` are the files `<id>.jpg` and `<id>.<name>.webp`.
  return [...photos.map((photo) => photo.url), ...renditions].map((path) =>
    path.replace('/media/', '').replace('/', '.'),
  )
}
