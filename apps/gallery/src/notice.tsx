import { useEffect } from 'react'
import { showOnTop } from './show-on-top.ts'

/** How long a notice is shown, in milliseconds. */
const shownMs = 10_000

/** A sentence about what just happened. Another object with the same sentence is shown again. */
export interface NoticeText {
  /** Empty for nothing. */
  readonly sentence: string
}

interface NoticeProps {
  readonly notice: NoticeText
  readonly onEnd: () => void
}

/** Shows a notice for some seconds, above everything else. The page announces it where it comes from. */
export function Notice({ notice, onEnd }: NoticeProps) {
  useEffect(() => {
    if (notice.sentence === '') return
    const timer = setTimeout(onEnd, shownMs)
    return () => clearTimeout(timer)
  }, [notice, onEnd])
  if (notice.sentence === '') return null
  return (
    <p key={notice.sentence} className="notice" popover="manual" ref={showOnTop}>
      {notice.sentence}
    </p>
  )
}
