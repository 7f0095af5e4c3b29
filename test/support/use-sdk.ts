import type { createTintypeClient, isTintypeError } from '@tintype/client'
import type { createUploadQueue } from '@tintype/client/queue'

/** What `/sdk.js` exports and `useSdk` uses. */
export interface Sdk {
  readonly createTintypeClient: typeof createTintypeClient
  readonly createUploadQueue: typeof createUploadQueue
  readonly isTintypeError: typeof isTintypeError
}

/** The server that is used, and what is uploaded to it. */
export interface UsedServer {
  readonly url: string
  /** A picture. */
  readonly bytes: readonly number[]
  /** Of a picture; not in pages. */
  readonly path?: string
}

/** What `useSdk` returns if everything is as it should be, but for the states of files whose twins the library has. */
export const expectedOfSdk = {
  names: ['größe \ufffd.png', 'stream.png'],
  hasChanges: true,
  outcomes: ['stored', 'NOT_AN_IMAGE'],
  found: 1,
  title: 'c',
  failures: ['INVALID_REQUEST', 'ABORTED', 'ABORTED', 'EMPTY_FILE', 'FILE_REQUIRED', 'INVALID_REQUEST'],
}

/**
 * Uses every part of the SDK once with a real server, and deletes what it has uploaded. Has no imports, because pages get its source.
 */
export async function useSdk(
  { createTintypeClient, createUploadQueue, isTintypeError }: Sdk,
  { url, bytes, path }: UsedServer,
) {
  const tintype = createTintypeClient({ url, token: async () => '', retry: { attempts: 1 } })
  const picture = new Uint8Array(bytes)
  const failureOf = (work: Promise<unknown>) =>
    work.then(
      () => 'none',
      (error: unknown) => (isTintypeError(error) ? error.code : `${error}`),
    )
  async function* stream() {
    yield picture
  }
  let follow: { unsubscribe(): void } | undefined
  const hasChanges = new Promise<boolean>((resolve, reject) => {
    const onChange = () => resolve(true)
    follow = tintype.photos.onChange.subscribe(undefined, { onChange, onError: reject })
  })
  const file = new File([picture], 'größe \ud83d.png')
  const photo = await tintype.upload(file, { title: 'a', tags: ['b'], check: true })
  const streamed = await tintype.upload(stream(), { filename: 'stream.png' })
  const outcomes = await tintype.uploadAll([path ?? picture, new Blob(['text'])])
  await hasChanges
  follow?.unsubscribe()
  const queue = createUploadQueue(tintype, { skipHeld: true })
  queue.add([new File([picture], 'twin.png')])
  const { items } = await queue.settled()
  queue.close()
  const { id } = photo
  const stopped = new AbortController()
  stopped.abort()
  const [page, ...failures] = await Promise.all([
    tintype.photos.list.query({ search: 'größe', limit: 1 }),
    failureOf(tintype.photos.get.query({ id: 'none' })),
    failureOf(tintype.photos.list.query({}, { signal: stopped.signal })),
    failureOf(tintype.upload(file, { signal: stopped.signal })),
    failureOf(tintype.upload(new File([], 'empty.png'), { check: true })),
    failureOf(tintype.upload('no-such-file.png')),
    failureOf(tintype.upload(undefined as unknown as File)),
  ])
  const updated = await tintype.photos.update.mutate({ id, title: 'c' })
  const stored = [...outcomes, ...items].flatMap((one) => ('photo' in one && one.photo ? [one.photo.id] : []))
  await tintype.photos.deleteMany.mutate({ ids: [id, streamed.id, ...stored] })
  return {
    names: [photo.filename, streamed.filename],
    hasChanges: await hasChanges,
    outcomes: outcomes.map((one) => (one.status === 'fulfilled' ? 'stored' : one.error.code)),
    twins: items.map(({ state, error }) => error?.code ?? state),
    found: page.photos.length,
    title: updated.title,
    failures,
  }
}
