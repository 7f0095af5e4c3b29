import { useEffect, useId } from 'react'
import { announcer } from './announcer.ts'

/** Announces a text when it changes, and not while it is empty. If it no longer holds before its turn, it is not read. */
export function useAnnouncement(text: string): void {
  const subject = useId()
  useEffect(() => {
    announcer.say(subject, text)
    return () => announcer.say(subject, '')
  }, [subject, text])
}
