import { useEffect, useState } from 'react'

/** The least time between two messages of all these elements together, in milliseconds. */
const apartMs = 5000

let lastMs = Number.NEGATIVE_INFINITY

/**
 * Reads a text to people who do not see the page, when it is its turn: a reader that reads every step of a count says nothing else.
 * Of the texts that came in the meantime only the last one is read. An empty text ends at once.
 */
export function CalmStatus({ text }: { readonly text: string }) {
  const [shown, setShown] = useState('')
  useEffect(() => {
    if (text === shown) return
    if (text === '') {
      setShown('')
      return
    }
    let timer: ReturnType<typeof setTimeout>
    const show = () => {
      const waitMs = lastMs + apartMs - Date.now()
      if (waitMs > 0) {
        timer = setTimeout(show, waitMs)
        return
      }
      lastMs = Date.now()
      setShown(text)
    }
    show()
    return () => clearTimeout(timer)
  }, [text, shown])
  return (
    <p className="visually-hidden" role="status">
      {shown}
    </p>
  )
}
