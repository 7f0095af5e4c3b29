import type { TintypeClient } from '@tintype/client'
import type { UploadQueue, UploadQueueOptions, UploadSnapshot } from '@tintype/client/queue'
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { photoChangesOf } from '../photos/photo-changes.ts'
import { useClient } from '../provider/tintype-provider.tsx'
import { createLastingQueue } from './lasting-queue.ts'
import { publishStored } from './publish-stored.ts'

/** How files are uploaded. Apart from `queue` and `optionsFor`, what is given first counts. */
export interface UseUploadsOptions extends UploadQueueOptions {
  /**
   * A queue of your own, by `createUploadQueue` of `@tintype/client/queue`. It goes on while no component shows it, and several
   * components can show it. The other options are those of your queue then.
   *
   * @default a queue of this component, which ends when the component is unmounted
   */
  readonly queue?: UploadQueue | undefined
  /** @default the client of the nearest TintypeProvider */
  readonly client?: TintypeClient | undefined
}

/** The queue as it is now, and its methods. */
export interface Uploads extends UploadSnapshot, UploadQueue {}

/**
 * Uploads files, a few at once, and shows how far they are. The photos appear in the lists of `usePhotos` of the same client.
 *
 * @example
 * const { items, totals, status, add, retry } = useUploads()
 * const dropzone = useDropzone({ onFiles: (files) => add(files) })
 */
export function useUploads(options: UseUploadsOptions = {}): Uploads {
  const client = useClient(options.client)
  const latest = useRef(options)
  useEffect(() => {
    latest.current = options
  })
  const own = options.queue
  const lasting = useMemo(() => {
    if (own) return undefined
    const { queue: _queue, client: _client, optionsFor: _optionsFor, ...rest } = latest.current
    return createLastingQueue(client, {
      ...rest,
      optionsFor: (file) => latest.current.optionsFor?.(file) ?? {},
    })
  }, [client, own])
  const queue = (own ?? lasting) as UploadQueue
  useEffect(() => lasting?.open(), [lasting])
  useEffect(() => publishStored(queue, photoChangesOf(client)), [queue, client])
  const snapshot = useSyncExternalStore(queue.subscribe, queue.getSnapshot, queue.getSnapshot)
  return useMemo(() => ({ ...queue, ...snapshot }), [queue, snapshot])
}
