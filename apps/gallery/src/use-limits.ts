import type { SystemLimits } from '@tintype/client'
import { useEffect, useState } from 'react'
import { tintype } from './tintype.ts'

let known: SystemLimits | undefined

/** Which renditions the server makes before their first view; none until its limits are loaded. */
export const eagerRenditions = (): SystemLimits['eager'] => known?.eager ?? {}

/** The server's limits; `undefined` until they are loaded. The page works without them, because the server checks anyway. */
export function useLimits(): SystemLimits | undefined {
  const [limits, setLimits] = useState<SystemLimits>()
  useEffect(() => {
    const controller = new AbortController()
    const hold = (loaded: SystemLimits) => {
      known = loaded
      setLimits(loaded)
    }
    tintype.system.limits.query(undefined, { signal: controller.signal }).then(hold, () => {})
    return () => controller.abort()
  }, [])
  return limits
}
