import { useEffect, useEffectEvent } from 'react'
import { announcer } from '../announcements/announcer.ts'
import { text } from '../strings.ts'
import type { Query } from './use-query.ts'

interface Found {
  readonly query: Query
  /** Whether the first photos of the query are loaded. */
  readonly isLoaded: boolean
  readonly count: number
  /** Whether there are more than these. */
  readonly hasMore: boolean
}

/** Announces how many photos a search has found, once for each search. */
export function useFoundAnnouncement({ query, isLoaded, count, hasMore }: Found): void {
  const announce = useEffectEvent(() =>
    announcer.say('search', count === 0 ? text.search.nothing : text.search.found(count, hasMore)),
  )
  const { search, tag } = query
  useEffect(() => {
    if (isLoaded && (search !== '' || tag !== undefined)) announce()
    // what was found before is no longer on the page
    else announcer.say('search', '')
  }, [search, tag, isLoaded])
}
