import { type Photo, type SystemLimits, TintypeError } from '@tintype/client'
import { useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react'
import { keyMemory, tintype } from '../tintype.ts'
import { createUploadQueue, type UploadQueue, type UploadSnapshot } from './upload-queue.ts'

interface UploadsOptions {
  readonly limits: SystemLimits | undefined
  readonly announce: (text: string) => void
  readonly onPhoto: (photo: Photo) => void
}

/** The uploads of this page, as they are now. */
export interface Uploads extends UploadSnapshot {
  readonly queue: UploadQueue
}

/** Keeps one queue for as long as the page is open, and asks before the page is left while files are not sent. */
export function useUploads({ limits, announce, onPhoto }: UploadsOptions): Uploads {
  const check = useEffectEvent((file: File) => refuse(file, limits))
  const onStored = useEffectEvent(onPhoto)
  const [queue] = useState(() =>
    createUploadQueue({
      connection: { url: tintype.url, token: keyMemory.readToken },
      check: (file) => check(file),
      onStored: (photo) => onStored(photo),
    }),
  )
  const snapshot = useSyncExternalStore(queue.subscribe, queue.getSnapshot)
  const isBusy = snapshot.status !== 'idle'

  const announceEnd = useEffectEvent(() => announce(describeEnd(snapshot)))
  useEffect(() => {
    if (!isBusy) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => {
      window.removeEventListener('beforeunload', ask)
      announceEnd()
    }
  }, [isBusy])
  return { ...snapshot, queue }
}

function describeEnd({ totals: { count, stored, failed } }: UploadSnapshot): string {
  if (count === 0) return 'Uploads cancelled'
  const end = stored === 1 ? '1 photo uploaded' : `${stored} photos uploaded`
  return failed === 0 ? end : `${end}, ${failed} failed`
}

/** Refused here, because a browser cannot read the server's refusal while it is still sending. */
function refuse({ size }: File, limits: SystemLimits | undefined): TintypeError | undefined {
  if (!limits || size <= limits.maxUploadByteSize) return undefined
  const facts = { limit: limits.maxUploadByteSize, received: size }
  return new TintypeError('PAYLOAD_TOO_LARGE', 'The file is larger than the server accepts', { facts })
}
