import { useEffect, useState } from 'react'
import { tintype } from '../tintype.ts'

/** At most so many are offered. */
const limit = 6
const pauseMs = 100

/** Tags that begin with a text; none for an empty one. Answers that come too late are dropped. */
export function useTagSuggestions(prefix: string): readonly string[] {
  const [tags, setTags] = useState<readonly string[]>([])
  const wanted = prefix.trim().slice(0, 64)
  useEffect(() => {
    if (wanted === '') {
      setTags([])
      return
    }
    const controller = new AbortController()
    const timer = setTimeout(() => {
      tintype.tags.list.query({ prefix: wanted, limit }, controller).then(setTags, () => {})
    }, pauseMs)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [wanted])
  return tags
}
