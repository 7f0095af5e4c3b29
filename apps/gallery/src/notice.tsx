import { useEffect } from 'react'

/** How long a notice is shown, in milliseconds. */
const shownMs = 10_000

/** A sentence about what just happened, for everyone; nothing if the text is empty. */
export function Notice({ text, onEnd }: { readonly text: string; readonly onEnd: () => void }) {
  useEffect(() => {
    if (text === '') return
    const timer = setTimeout(onEnd, shownMs)
    return () => clearTimeout(timer)
  }, [text, onEnd])
  return (
    <p className="notice" role="status">
      {text}
    </p>
  )
}
