import { useCallback, useLayoutEffect, useRef } from 'react'

/** A function that stays the same, and calls the latest one given: what receives it need not be drawn again. */
export function useLatest<Args extends readonly unknown[], Result>(
  latest: (...args: Args) => Result,
): (...args: Args) => Result {
  const current = useRef(latest)
  useLayoutEffect(() => {
    current.current = latest
  })
  return useCallback((...args: Args) => current.current(...args), [])
}
