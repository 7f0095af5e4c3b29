import { type PointerEvent, useEffect, useRef } from 'react'

/** How long a finger stays, in milliseconds. */
const pressMs = 400
/** How far it may move, in CSS pixels. */
const maxMovePx = 8

/** Calls a function when a finger stays on an element. */
export function useLongPress(onPress: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const start = useRef({ x: 0, y: 0 })
  const hasEnded = useRef(false)
  const cancel = () => clearTimeout(timer.current)
  useEffect(() => () => clearTimeout(timer.current), [])
  return {
    /** Whether the click that comes now is the end of a long press. */
    hasJustEnded(): boolean {
      const result = hasEnded.current
      hasEnded.current = false
      return result
    },
    handlers: {
      onPointerDown({ pointerType, clientX, clientY }: PointerEvent) {
        hasEnded.current = false
        if (pointerType === 'mouse') return
        start.current = { x: clientX, y: clientY }
        cancel()
        timer.current = setTimeout(() => {
          hasEnded.current = true
          onPress()
        }, pressMs)
      },
      onPointerMove({ clientX, clientY }: PointerEvent) {
        if (Math.hypot(clientX - start.current.x, clientY - start.current.y) > maxMovePx) cancel()
      },
      onPointerUp: cancel,
      onPointerCancel: cancel,
      onContextMenu(event: { preventDefault(): void }) {
        if (hasEnded.current) event.preventDefault()
      },
    },
  }
}
