import { useEffect, useState } from 'react'

/** The photo that the page's address names. */
export interface LinkedPhoto {
  readonly id: string | undefined
  /** Opens a photo, so that Back closes it. */
  open(id: string): void
  /** Shows another photo instead of the open one. */
  move(id: string): void
  close(): void
}

/** Marks the entries of the history that this page has added. */
interface Entry {
  readonly isPhoto?: true
}

const parameter = 'photo'
const readId = () => new URLSearchParams(location.search).get(parameter) ?? undefined

/** Keeps the photo that is open in the address, as `?photo={id}`. */
export function useLinkedPhoto(): LinkedPhoto {
  const [id, setId] = useState(readId)
  useEffect(() => {
    const read = () => setId(readId())
    window.addEventListener('popstate', read)
    return () => window.removeEventListener('popstate', read)
  }, [])
  return {
    id,
    open(opened) {
      pushPhoto(opened)
      setId(opened)
    },
    move(other) {
      history.replaceState(history.state, '', addressOf(other))
      setId(other)
    },
    close() {
      const entry: Entry | null = history.state
      if (entry?.isPhoto) history.back()
      else history.replaceState(history.state, '', addressOf(undefined))
      setId(undefined)
    },
  }
}

/** Opens a photo from a part of the page that does not show it, so that Back closes it. */
export function openLinkedPhoto(id: string): void {
  pushPhoto(id)
  dispatchEvent(new PopStateEvent('popstate', { state: history.state }))
}

function pushPhoto(id: string): void {
  const entry: Entry = { ...history.state, isPhoto: true }
  // a second click before the first one has covered the grid adds no entry, so that one Back closes the photo
  if (readId() === undefined) history.pushState(entry, '', addressOf(id))
  else history.replaceState(history.state, '', addressOf(id))
}

function addressOf(id: string | undefined): URL {
  const address = new URL(location.href)
  if (id === undefined) address.searchParams.delete(parameter)
  else address.searchParams.set(parameter, id)
  return address
}
