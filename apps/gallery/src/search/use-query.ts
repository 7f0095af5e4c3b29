import { useEffect, useRef, useState } from 'react'

/** Which photos the page shows. */
export interface Query {
  /** Text in a title, a description, a file name or a tag; empty for all photos. */
  readonly search: string
  readonly tag: string | undefined
  /** What decides the order: the upload, or the time of the picture. Texts are searched for by upload. */
  readonly sort: 'uploaded' | 'taken'
}

const read = (): Query => {
  const parameters = new URLSearchParams(location.search)
  return {
    search: parameters.get('q')?.slice(0, 200) ?? '',
    tag: parameters.get('tag') || undefined,
    sort: parameters.get('sort') === 'taken' ? 'taken' : 'uploaded',
  }
}

/** Marks the entry of the history that a search has added. */
interface Entry {
  readonly isSearch?: true
}

/** Keeps what is searched for in the address, as `?q=&tag=&sort=`. Back ends a search, and a search that is cleared goes back. */
export function useQuery(): readonly [Query, (changed: Partial<Query>) => void] {
  const [query, setQuery] = useState(read)
  /** What is shown while the browser goes back from the entry of a search that was cleared. */
  const ended = useRef<Query>(undefined)
  useEffect(() => {
    const follow = () => {
      if (ended.current) {
        // it has the order of then
        history.replaceState(history.state, '', addressOf({ ...ended.current, search: '', tag: undefined }))
        if (isSearching(ended.current)) pushSearch(ended.current)
        ended.current = undefined
      }
      setQuery((known) => (isSame(known, read()) ? known : read()))
    }
    window.addEventListener('popstate', follow)
    return () => window.removeEventListener('popstate', follow)
  }, [])
  function change(changed: Partial<Query>): void {
    const next = { ...query, ...changed }
    const entry: Entry | null = history.state
    if (ended.current) ended.current = next
    // one entry for all keys of a search
    else if (isSearching(next) && !isSearching(query) && !entry?.isSearch) pushSearch(next)
    else if (!isSearching(next) && isSearching(query) && entry?.isSearch) {
      ended.current = next
      history.back()
    } else history.replaceState(entry, '', addressOf(next))
    setQuery(next)
  }
  return [query, change]
}

function pushSearch(query: Query): void {
  const entry: Entry = { ...history.state, isSearch: true }
  history.pushState(entry, '', addressOf(query))
}

/** Whether a query lists only a part of the photos. */
export const isSearching = ({ search, tag }: Query) => search !== '' || tag !== undefined

const isSame = (a: Query, b: Query) => a.search === b.search && a.tag === b.tag && a.sort === b.sort

function addressOf({ search, tag, sort }: Query): URL {
  const address = new URL(location.href)
  for (const [name, value] of Object.entries({ q: search, tag, sort: sort === 'taken' && sort }))
    if (value) address.searchParams.set(name, value)
    else address.searchParams.delete(name)
  return address
}
