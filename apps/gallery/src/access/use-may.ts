import type { Right } from '@tintype/client'
import { useSyncExternalStore } from 'react'
import { keyMemory } from '../tintype.ts'

/** Returns whether the key of this page has a right, so that the page offers nothing else. Without a key it has all. */
export function useMay(): (right: Right) => boolean {
  const rights = useSyncExternalStore(keyMemory.subscribe, keyMemory.rights)
  return (right) => rights?.includes(right) ?? true
}
