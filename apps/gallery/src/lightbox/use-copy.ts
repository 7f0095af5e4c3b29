import { useEffect, useRef, useState } from 'react'

/** How long it is said that a text was copied, in milliseconds. */
const shownMs = 3000

/** What was copied last, or could not be. */
export interface Copying {
  readonly isCopied: boolean
  /** A text that the browser does not allow the page to copy. */
  readonly byHand: string | undefined
  copy(value: string): void
  /** Shows that text no longer. What had the focus when it was to be copied gets it again. */
  end(): void
}

/** Copies texts. Pages served over plain HTTP have no clipboard; there the text is shown, to be copied by hand. */
export function useCopy(): Copying {
  const [isCopied, setCopied] = useState(false)
  const [byHand, setByHand] = useState<string>()
  const origin = useRef<Element>(null)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setCopied(false), shownMs)
    return () => clearTimeout(timer)
  }, [isCopied])
  return {
    isCopied,
    byHand,
    copy(value) {
      origin.current = document.activeElement
      if (!('clipboard' in navigator)) return setByHand(value)
      navigator.clipboard.writeText(value).then(
        () => setCopied(true),
        () => setByHand(value),
      )
    },
    end() {
      setByHand(undefined)
      if (origin.current instanceof HTMLElement) origin.current.focus()
    },
  }
}
