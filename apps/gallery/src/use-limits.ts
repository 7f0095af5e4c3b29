import type { SystemLimits } from '@tintype/client'
import { useEffect, useState } from 'react'
import { tintype } from './tintype.ts'

/** The server's limits; `undefined` until they are loaded. The page works without them, because the server checks anyway. */
export function useLimits(): SystemLimits | undefined {
  const [limits, setLimits] = useState<SystemLimits>()
  useEffect(() => {
    const controller = new AbortController()
    tintype.system.limits.query(undefined, { signal: controller.signal }).then(setLimits, () => {})
    return () => controller.abort()
  }, [])
  return limits
}
