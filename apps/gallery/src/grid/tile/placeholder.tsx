import { useLayoutEffect, useRef } from 'react'
import { thumbHashToDataURL } from 'thumbhash'
import { inTurn } from './in-turn.ts'

/**
 * The blurred preview of a photo. Those of a first screen are drawn before the browser paints. It is a background, because a
 * browser makes a layer of its own for each canvas, which takes longer than everything else of a frame.
 */
export function Placeholder({ thumbhash }: { readonly thumbhash: string }) {
  const box = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => {
    if (thumbhash !== '') return inTurn(() => draw(box.current, thumbhash))
  }, [thumbhash])
  return <span ref={box} className="placeholder" />
}

function draw(box: HTMLElement | null, thumbhash: string): void {
  const url = thumbHashToDataURL(Uint8Array.from(atob(thumbhash), (char) => char.charCodeAt(0)))
  if (box) box.style.backgroundImage = `url(${url})`
}
