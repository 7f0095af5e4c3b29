import { useEffect, useState } from 'react'

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

/** Keeps what is searched for in the address, as `?q=&tag=&sort=`. */
export function useQuery(): readonly [Query, (changed: Partial<Query>) => void] {
  const [query, setQuery] = useState(read)
  useEffect(() => {
    const follow = () => setQuery((known) => (isSame(known, read()) ? known : read()))
    window.addEventListener('popstate', follow)
    return () => window.removeEventListener('popstate', follow)
  }, [])
  function change(changed: Partial<Query>): void {
    const next = { ...query, ...changed }
    history.replaceState(history.state, '', addressOf(next))
    setQuery(next)
  }
  return [query, change]
}

const isSame = (a: Query, b: Query) => a.search === b.search && a.tag === b.tag && a.sort === b.sort

function addressOf({ search, tag, sort }: Query): URL {
  const address = new URL(location.href)
  for (const [name, value] of Object.entries({ q: search, tag, sort: sort === 'taken' && sort }))
    if (value) address.searchParams.set(name, value)
    else address.searchParams.delete(name)
  return address
}
