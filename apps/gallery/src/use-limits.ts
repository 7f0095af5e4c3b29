import type { SystemLimits } from '@tintype/client'
import { useEffect, useState } from 'react'
import { tintype } from './tintype.ts'

/** What the server takes; `undefined` until it has said so. The page works without: the server decides anyway. */
export function useLimits(): SystemLimits | undefined {
  const [limits, setLimits] = useState<SystemLimits>()
  useEffect(() => {
    const controller = new AbortController()
    tintype.system.limits.query(undefined, { signal: controller.signal }).then(setLimits, () => {})
    return () => controller.abort()
  }, [])
  return limits
}
