import { type Uploads, useUploads as useQueue } from '@tintype/react'
import { useEffect, useEffectEvent } from 'react'
import { uploads as queue, tintype } from '../tintype.ts'

/** Uploads the files of this page, and asks before the page is left while some are not sent. */
export function useUploads({ announce }: { readonly announce: (text: string) => void }): Uploads {
  const uploads = useQueue({ client: tintype, queue })
  const isBusy = uploads.status !== 'idle'
  const announceEnd = useEffectEvent(() => announce(describeEnd(uploads)))
  useEffect(() => {
    if (!isBusy) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => {
      window.removeEventListener('beforeunload', ask)
      announceEnd()
    }
  }, [isBusy])
  return uploads
}

function describeEnd({ totals: { count, stored, failed } }: Uploads): string {
  if (count === 0) return 'Uploads cancelled'
  const end = stored === 1 ? '1 photo uploaded' : `${stored} photos uploaded`
  return failed === 0 ? end : `${end}, ${failed} failed`
}
