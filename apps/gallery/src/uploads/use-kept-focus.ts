import { type RefObject, useLayoutEffect } from 'react'

/**
 * Keeps the focus within an element if what has it disappears or gets another place: the same element gets it again, or else
 * another one that is always there.
 */
export function useKeptFocus(
  box: RefObject<HTMLElement | null>,
  fallback: RefObject<HTMLElement | null>,
): void {
  // before the page changes: afterwards nothing has the focus
  const focused = box.current?.contains(document.activeElement) ? document.activeElement : null
  useLayoutEffect(() => {
    if (!(focused instanceof HTMLElement) || document.activeElement !== document.body) return
    if (focused.isConnected) focused.focus()
    else fallback.current?.focus()
  })
}
