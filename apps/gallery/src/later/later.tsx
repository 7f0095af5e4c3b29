import { type ReactNode, useEffect, useEffectEvent, useState } from 'react'

type LaterParts = typeof import('./later-parts.ts')

let loaded: LaterParts | undefined

async function loadLaterParts(): Promise<LaterParts> {
  loaded ??= await import('./later-parts.ts')
  return loaded
}

interface LaterProps {
  /** Draws what is shown of the parts. `wasAwaited`: they were not loaded yet when they were needed. */
  readonly children: (parts: LaterParts, wasAwaited: boolean) => ReactNode
  /** What is shown until they are loaded. By default nothing. */
  readonly placeholder?: ReactNode
  /** Called if they cannot be loaded: without a network, or because the server has another version of the page by now. */
  readonly onFailure: () => void
}

/** Shows parts of the page that are loaded now if they are not loaded yet. */
export function Later({ children, placeholder, onFailure }: LaterProps): ReactNode {
  const [wasAwaited] = useState(loaded === undefined)
  const [parts, setParts] = useState(loaded)
  const fail = useEffectEvent(onFailure)
  useEffect(() => {
    if (parts) return
    let isWanted = true
    loadLaterParts().then(
      (all) => isWanted && setParts(all),
      () => isWanted && fail(),
    )
    return () => {
      isWanted = false
    }
  }, [parts])
  return parts ? children(parts, wasAwaited) : placeholder
}

/** Loads the later parts once the page is idle, so that they are there when they are needed. Returns what cancels it. */
export function preloadLaterParts(): () => void {
  const preload = () => void loadLaterParts().catch(() => {})
  // Safari has no idle callbacks
  if (!window.requestIdleCallback) {
    const timer = setTimeout(preload)
    return () => clearTimeout(timer)
  }
  const call = requestIdleCallback(preload)
  return () => cancelIdleCallback(call)
}
