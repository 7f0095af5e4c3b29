import { useEffect, useEffectEvent, useState } from 'react'

/** How long the days stay after the page was scrolled, in milliseconds. */
const restMs = 1000

interface DayPillProps {
  /** The days of the photos in view; `undefined` if it was not a person who scrolled the page there. */
  readonly daysNow: () => string | undefined
}

/** Names the days of the photos in view while the page is scrolled. Screen readers read the day of each photo instead. */
export function DayPill({ daysNow }: DayPillProps) {
  const [days, setDays] = useState('')
  const [isShown, setShown] = useState(false)
  const read = useEffectEvent(daysNow)
  useEffect(() => {
    let frame = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    let lastMs = 0
    /** One timer at a time, because to set one at each event takes long. */
    const hideLater = (waitMs: number) => {
      timer = setTimeout(() => {
        timer = undefined
        const leftMs = lastMs + restMs - performance.now()
        if (leftMs > 0) hideLater(leftMs)
        else setShown(false)
      }, waitMs)
    }
    const draw = () => {
      frame = 0
      const now = read()
      if (now === undefined) return
      lastMs = performance.now()
      setDays(now)
      setShown(true)
      if (timer === undefined) hideLater(restMs)
    }
    const plan = () => {
      frame ||= requestAnimationFrame(draw)
    }
    window.addEventListener('scroll', plan, { passive: true })
    return () => {
      window.removeEventListener('scroll', plan)
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [])
  return (
    <div className={isShown ? 'day-pill is-shown' : 'day-pill'} aria-hidden="true">
      {/* another element for other days, because one that gets wider counts as moved */}
      {days !== '' && <span key={days}>{days}</span>}
    </div>
  )
}
