import type { Ledger, LedgerEntry } from './ledger.ts'
import type { Random } from './random.ts'
import { exchange, readPhoto, sendUpload, type WholeAnswer } from './requests.ts'

/** What a workload needs. */
export interface WorkloadOptions {
  readonly ledger: Ledger
  readonly random: Random
  /** Called for every answer that a healthy server does not give. */
  readonly onBroken: (what: string) => void
  /** Whether an answer refuses a request as a server may do now; by default none does. The request may have had its effect. */
  readonly isRefusal?: (answer: WholeAnswer, method: string) => boolean
}

const workers = 6
// Keeps the number of photos, and with it the time that a check takes, about the same for however long a run.
const mostPhotos = 40
const fewestPhotos = 12

/**
 * Uploads, makes renditions, lists and deletes, all at once, until the server at `url` has ended. The
 * ledger then has everything that it acknowledged.
 */
export async function runWorkload(url: string, options: WorkloadOptions): Promise<void> {
  await Promise.all(Array.from({ length: workers }, () => work(url, options)))
}

/** What a client does next: mostly uploads and renditions, and deletions so that photos stay as many as they are. */
export function chooseAction({ ledger, random }: WorkloadOptions): ChosenAction {
  const dice = random.below(100)
  const isFull = ledger.in('kept').length > mostPhotos
  return isFull || dice < 20 ? remove : dice < 65 ? upload : dice < 95 ? render : list
}

async function work(url: string, options: WorkloadOptions): Promise<void> {
  for (;;) {
    try {
      await chooseAction(options)(url, options)
    } catch (error) {
      // No complete answer: the server is dead, and the request may have taken effect or not.
      if (error instanceof Error && 'code' in error) return
      throw error
    }
  }
}

/** An action that is not bound to its options yet. */
type ChosenAction = (url: string, options: WorkloadOptions) => Promise<void>

/** An action of an honest client on the server at a URL. */
export type Action = (url: string) => Promise<void>

/** Each of them, by name. */
export function createActions(options: WorkloadOptions): Readonly<Record<string, Action>> {
  return {
    upload: (url) => upload(url, options),
    remove: (url) => remove(url, options),
    render: (url) => render(url, options),
    list: (url) => list(url, options),
  }
}

async function upload(url: string, options: WorkloadOptions): Promise<void> {
  const { ledger, onBroken, isRefusal } = options
  const entry = ledger.begin()
  const answer = await sendUpload(url, entry)
  if (answer.status === 201) keep(ledger, entry, answer)
  else if (!isRefusal?.(answer, 'POST')) onBroken(`an upload was answered ${describe(answer)}`)
}

/** Records a photo that the server has acknowledged. */
export function keep(ledger: Ledger, entry: LedgerEntry, answer: WholeAnswer): void {
  entry.state = 'kept'
  entry.id = readPhoto(answer).id
  entry.isAnswered = true
  ledger.acknowledged += 1
}

async function remove(url: string, options: WorkloadOptions): Promise<void> {
  const { ledger, onBroken, isRefusal } = options
  const entry = ledger.takeForDeletion(fewestPhotos)
  if (entry === undefined) return
  const answer = await exchange(`${url}/photos/${entry.id}`, { method: 'DELETE' })
  if (answer.status === 204) entry.state = 'gone'
  else if (!isRefusal?.(answer, 'DELETE')) onBroken(`a deletion was answered ${describe(answer)}`)
}

async function render(url: string, options: WorkloadOptions): Promise<void> {
  const { ledger, random, onBroken, isRefusal } = options
  const entry = ledger.pick()
  if (entry === undefined) return
  const name = random.pick(['thumb', 'square', 'w160', 'w320', 'w640', 'preview'])
  const format = random.pick(['webp', 'jpg'])
  const answer = await exchange(`${url}/media/${entry.id}/${name}.${format}`)
  // Another worker may be deleting it.
  if (answer.status === 200 || (answer.status === 404 && entry.state !== 'kept')) return
  if (!isRefusal?.(answer, 'GET')) onBroken(`a rendition was answered ${describe(answer)}`)
}

async function list(url: string, { onBroken, isRefusal }: WorkloadOptions): Promise<void> {
  const answer = await exchange(`${url}/trpc/photos.list`)
  if (answer.status !== 200 && !isRefusal?.(answer, 'GET'))
    onBroken(`a list was answered ${describe(answer)}`)
}

/** An answer, for people. */
export function describe({ status, body }: WholeAnswer): string {
  return `${status}: ${body.toString('utf8', 0, 300)}`
}
