import { useEffect, useEffectEvent } from 'react'
import { type Place, writePlace } from './place.ts'

/** How often the place is written while the page is scrolled, in milliseconds. Browsers refuse to write more than 10 a second. */
const everyMs = 250

/** Keeps what a person looks at in the history, so that it is there again after a reload. */
export function useKeptPlace(placeNow: () => Place | undefined, layout: unknown): void {
  const write = useEffectEvent(() => writePlace(placeNow()))
  useEffect(() => {
    if (layout === undefined) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const plan = () => {
      timer ??= setTimeout(() => {
        timer = undefined
        write()
      }, everyMs)
    }
    plan()
    window.addEventListener('scroll', plan, { passive: true })
    return () => {
      window.removeEventListener('scroll', plan)
      clearTimeout(timer)
    }
  }, [layout])
}
