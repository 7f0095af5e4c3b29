import type { SystemAbout } from '@tintype/client'
import { useEffect, useState } from 'react'
import { tintype } from '../tintype.ts'

/** What the server says of itself. */
export interface ServerState {
  readonly about?: SystemAbout
  /** Whether it can store and serve photos now; absent until it has answered. */
  readonly readiness?: 'ready' | 'unavailable' | 'unreachable'
  /** What it cannot reach, such as `storage`. */
  readonly missing: readonly string[]
}

/** Loads it once. */
export function useServerState(): ServerState {
  const [state, setState] = useState<ServerState>({ missing: [] })
  useEffect(() => {
    const controller = new AbortController()
    const change = (changed: Partial<ServerState>) => {
      if (!controller.signal.aborted) setState((known) => ({ ...known, ...changed }))
    }
    tintype.system.about.query(undefined, controller).then(
      (about) => change({ about }),
      () => {},
    )
    readReadiness(controller.signal).then(change, () => change({ readiness: 'unreachable' }))
    return () => controller.abort()
  }, [])
  return state
}

async function readReadiness(signal: AbortSignal): Promise<Pick<ServerState, 'readiness' | 'missing'>> {
  const answer = await fetch(`${tintype.url}/readyz`, { signal })
  const { status, missing = [] } = await answer.json()
  return { readiness: status === 'ready' ? 'ready' : 'unavailable', missing }
}
