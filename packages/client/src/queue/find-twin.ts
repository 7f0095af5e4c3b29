import type { PhotoProcedures } from '@tintype/api/procedures'
import type { Photo } from '@tintype/contract'
import { fingerprint } from './fingerprint.ts'
import type { UploadItem, UploadQueueOptions, UploadTwin } from './upload-queue.ts'

/** Larger files are sent without a look: they are hashed in memory. */
const maxByteSize = 64 * 1024 ** 2
/** An upload waits no longer for the answer. */
const maxWaitMs = 3000
/** Photos may be deleted in the meantime. */
const maxAgeMs = 10_000

/** A file of a queue. */
interface QueuedFile {
  readonly file: Blob
  readonly item: UploadItem
}

/** A file among those of its queue. */
export interface TwinQuery {
  readonly task: QueuedFile
  /** The files that follow. */
  readonly line: readonly QueuedFile[]
  /** All files, by their ids. */
  readonly tasks: ReadonlyMap<string, QueuedFile>
}

/** How many digests a question can have. */
const maxDigests = 80

/** Finds what has the same bytes as a file: another file of the queue, or a photo of the library. Never rejects. */
export function createTwinFinder(
  photos: Pick<PhotoProcedures, 'findByDigest'> | undefined,
  digests: NonNullable<UploadQueueOptions['digests']> = new Map(),
) {
  const digestOf = new WeakMap<Blob, string>()
  /** The latest file of the queue with each digest. */
  const ids = new Map<string, string>()
  let held = new Map<string, Promise<Photo | undefined>>()
  let askedAtMs = 0

  async function readDigest(file: Blob, print: string): Promise<string | undefined> {
    const known = digestOf.get(file) ?? digests.get(print)
    if (known || file.size > maxByteSize) return known
    const hash = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
    const digest = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
    digestOf.set(file, digest)
    if (print) digests.set(print, digest)
    return digest
  }
  /** Also about the files that follow, so that 80 that were hashed before need one request. */
  function ask(digest: string, line: readonly QueuedFile[]): void {
    const following = line
      .slice(0, maxDigests - 1)
      .flatMap(({ file }) => digests.get(fingerprint(file)) ?? [])
    const sha256 = [digest, ...following]
    const controller = new AbortController()
    const timer = setTimeout(() => controller.abort(), maxWaitMs)
    const answer = (async () => photos?.findByDigest.query({ sha256 }, controller))()
      .catch((error) => {
        // nor would it answer about another file
        if (/FORBIDDEN|ROUTE_NOT_FOUND/.test(error.code)) photos = undefined
        return undefined
      })
      .finally(() => clearTimeout(timer))
    held = new Map(
      sha256.map((one) => [one, answer.then((found) => found?.find((photo) => photo.sha256 === one))]),
    )
    askedAtMs = performance.now()
  }
  /** @param ready what is to be sent: the file, or another one after `prepare` */
  return async (ready: Blob, { task, line, tasks }: TwinQuery): Promise<UploadTwin | undefined> => {
    const { file, item } = task
    const digest = await readDigest(ready, ready === file ? fingerprint(file) : '').catch(() => undefined)
    if (!digest) return
    const other = tasks.get(ids.get(digest) ?? '')
    if (other && other !== task && !/failed|cancelled|skipped/.test(other.item.state))
      return { id: other.item.id }
    ids.set(digest, item.id)
    if (!held.has(digest) || performance.now() > askedAtMs + maxAgeMs) ask(digest, line)
    const photo = await held.get(digest)
    held.delete(digest)
    return photo && { photo }
  }
}
