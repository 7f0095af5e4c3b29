import { useState, useSyncExternalStore } from 'react'
import { announcer, type Message } from './announcer.ts'

/**
 * The messages of the page, for readers. Each dialog that is modal needs one, because nothing outside of such a dialog is read.
 * What was announced before it was added is not read again.
 */
export function Announcements() {
  const { polite, alerts } = useSyncExternalStore(announcer.subscribe, announcer.announced)
  const [firstId] = useState(() => announcer.lastId() + 1)
  const draw = (messages: readonly Message[]) =>
    messages.filter(({ id }) => id >= firstId).map(({ id, text }) => <p key={id}>{text}</p>)
  return (
    <>
      <div className="visually-hidden" role="status">
        {draw(polite)}
      </div>
      {alerts.length > 0 && (
        <div className="visually-hidden" role="alert">
          {draw(alerts)}
        </div>
      )}
    </>
  )
}
