/** Where this browser keeps the digests. */
const storageKey = 'tintype-digests'
/** The latest ones are kept. */
const maxDigests = 10_000
/** How long the page waits for more digests before it stores them. */
const storeAfterMs = 2000

/** What the upload queue keeps digests in, by the name, size and time of their files. */
export interface DigestMemory extends Pick<Map<string, string>, 'get' | 'set'> {
  /** Forgets them all, in this browser too. */
  clear(): void
}

/** Keeps digests of files in this browser, so that a folder that is chosen again after a reload need not be hashed again. */
export function createDigestMemory(storage: () => Storage = () => localStorage): DigestMemory {
  let known: Map<string, string> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function read(): Map<string, string> {
    try {
      return new Map(JSON.parse(storage().getItem(storageKey) ?? '[]'))
    } catch {
      // the browser allows no storage, or something else was stored there
      return new Map()
    }
  }
  function store(): void {
    clearTimeout(timer)
    if (timer === undefined) return
    timer = undefined
    // other tabs may have stored some in the meantime
    const all = [...new Map([...read(), ...(known ?? [])])].slice(-maxDigests)
    try {
      storage().setItem(storageKey, JSON.stringify(all))
    } catch {
      // the page knows them until it is closed
    }
  }
  const load = () => {
    known ??= read()
    return known
  }
  globalThis.addEventListener?.('pagehide', store)
  return {
    get: (print) => load().get(print),
    set(print, digest) {
      timer ??= setTimeout(store, storeAfterMs)
      return load().set(print, digest)
    },
    clear() {
      clearTimeout(timer)
      timer = undefined
      known = new Map()
      try {
        storage().removeItem(storageKey)
      } catch {
        // nothing was stored
      }
    },
  }
}
