import { useSyncExternalStore } from 'react'
import { useAnnouncement } from './announcements/use-announcement.ts'
import { connection } from './connection.ts'
import { showOnTop } from './show-on-top.ts'
import { text } from './strings.ts'
import { useOnline } from './uploads/use-online.ts'

/** Says that the browser is offline, or that the server does not answer; nothing otherwise. */
export function ConnectionNotice() {
  const isOnline = useOnline()
  const isAway = useSyncExternalStore(connection.subscribe, connection.isAway)
  const sentence = !isOnline ? text.connection.offline : isAway ? text.connection.away : ''
  useAnnouncement(sentence)
  if (sentence === '') return null
  return (
    <p className="notice connection" popover="manual" ref={showOnTop}>
      {sentence}
    </p>
  )
}
