import { useLayoutEffect, useRef } from 'react'
import { thumbHashToRGBA } from 'thumbhash'
import { inTurn } from './in-turn.ts'

/** The blurred preview of a photo. Those of a first screen are drawn before the browser paints. */
export function Placeholder({ thumbhash }: { readonly thumbhash: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    if (canvas.current && thumbhash !== '') return inTurn(() => draw(canvas.current, thumbhash))
  }, [thumbhash])
  return <canvas ref={canvas} />
}

function draw(canvas: HTMLCanvasElement | null, thumbhash: string): void {
  const { w, h, rgba } = thumbHashToRGBA(Uint8Array.from(atob(thumbhash), (char) => char.charCodeAt(0)))
  if (!canvas) return
  canvas.width = w
  canvas.height = h
  canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(rgba), w, h), 0, 0)
}
