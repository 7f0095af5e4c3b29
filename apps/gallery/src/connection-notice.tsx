import { useSyncExternalStore } from 'react'
import { connection } from './connection.ts'
import { text } from './strings.ts'
import { useOnline } from './uploads/use-online.ts'

/** Says that the browser is offline, or that the server does not answer; nothing otherwise. */
export function ConnectionNotice() {
  const isOnline = useOnline()
  const isAway = useSyncExternalStore(connection.subscribe, connection.isAway)
  const sentence = !isOnline ? text.connection.offline : isAway ? text.connection.away : ''
  return (
    <p className="notice connection" role="status">
      {sentence}
    </p>
  )
}
