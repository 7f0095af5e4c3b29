import { type Uploads, useUploads as useQueue } from '@tintype/react'
import { useCallback, useEffect, useEffectEvent, useRef } from 'react'
import { announcer } from '../announcements/announcer.ts'
import { text } from '../strings.ts'
import { uploads as queue, tintype } from '../tintype.ts'

/** The uploads of this page, and the files that they are of. */
export interface PageUploads extends Uploads {
  /** The file of an upload that is not stored. */
  fileOf(id: string): Blob | undefined
}

/** Uploads the files of this page, announces how each batch ended, and asks before the page is left while some are not sent. */
export function useUploads(): PageUploads {
  const uploads = useQueue({ client: tintype, queue })
  const files = useRef(new Map<string, Blob>())
  const add = useCallback<Uploads['add']>((added, description) => {
    const list = Array.from(added)
    const ids = queue.add(list, description)
    for (const [at, id] of ids.entries()) if (list[at]) files.current.set(id, list[at])
    return ids
  }, [])
  const fileOf = useCallback((id: string) => files.current.get(id), [])
  const forget = useEffectEvent(() => {
    const left = new Set(uploads.items.filter(({ state }) => state !== 'stored').map(({ id }) => id))
    for (const id of files.current.keys()) if (!left.has(id)) files.current.delete(id)
  })
  const isBusy = uploads.status !== 'idle'
  const announceEnd = useEffectEvent(() => {
    if (uploads.totals.failed > 0) announcer.alert(describeEnd(uploads))
    else announcer.say('uploads', describeEnd(uploads))
  })
  useEffect(() => {
    if (!isBusy) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => {
      window.removeEventListener('beforeunload', ask)
      announceEnd()
      forget()
    }
  }, [isBusy])
  return { ...uploads, add, fileOf }
}

function describeEnd({ totals: { count, stored, skipped, failed } }: Uploads): string {
  if (count === 0) return text.tray.cancelled
  if (skipped > 0 && skipped === count) return text.tray.allHeld(skipped)
  return [
    text.tray.uploaded(stored),
    skipped > 0 && text.tray.heldCount(skipped),
    failed > 0 && text.tray.failed(failed),
  ]
    .filter(Boolean)
    .join(', ')
}
