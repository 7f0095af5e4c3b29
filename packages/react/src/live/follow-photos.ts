import type { PhotoChange, TintypeClient } from '@tintype/client'

/** How the changes of photos are followed. */
export interface FollowOptions {
  /** Called with each change, in order. A change can come twice. */
  readonly onChange: (change: Exclude<PhotoChange, { type: 'ready' | 'reset' }>) => void
  /** Called if changes may have been missed, so that what is shown has to be loaded again. */
  readonly onMissed: () => void
  /** Pages of one origin that follow the same server by the same name share one connection. `undefined`: one for this page. */
  readonly sharedAs: string | undefined
}

/** What the page with the connection sends to the others. */
interface Message {
  readonly change: PhotoChange
  readonly id: string
}

/** After so many milliseconds in the background, a page no longer follows. */
const maxHiddenMs = 300_000

/**
 * Follows what happens to the photos of a server while the page is in view, and for five minutes after that. A browser has six
 * connections to a server that speaks HTTP/1.1, so pages can share one: a lock elects the page that has it. Browsers have locks
 * on HTTPS and localhost only; elsewhere each page in view has a connection of its own.
 *
 * @returns what ends it
 */
export function followPhotos(
  client: TintypeClient,
  { sharedAs, onChange, onMissed }: FollowOptions,
): () => void {
  let lastEventId: string | undefined
  function receive({ change, id }: Message): void {
    // nothing is known of the time before the first stream of all
    const isFirst = lastEventId === undefined
    lastEventId = id
    if (change.type === 'reset' || (change.type === 'ready' && isFirst)) onMissed()
    else if (change.type !== 'ready') onChange(change)
  }
  function connect(send?: (message: Message) => void): () => void {
    const stream = client.photos.onChange.subscribe(lastEventId === undefined ? {} : { lastEventId }, {
      onChange(change, id) {
        receive({ change, id })
        send?.({ change, id })
      },
    })
    return () => stream.unsubscribe()
  }
  if (sharedAs === undefined || !globalThis.navigator?.locks || !globalThis.BroadcastChannel)
    return whileVisible(() => connect(), { maxHiddenMs: 0 })
  const name = `tintype ${client.url} ${sharedAs}`
  let wasOpen = false
  const share = () => {
    // what the others sent in the meantime was not received
    if (wasOpen) onMissed()
    wasOpen = true
    return connectOrListen(name, { connect, receive })
  }
  return whileVisible(share, { maxHiddenMs })
}

/** Holds the connection of all pages with a name, or reads what the page that holds it sends. */
function connectOrListen(
  name: string,
  {
    connect,
    receive,
  }: {
    readonly connect: (send: (message: Message) => void) => () => void
    readonly receive: (message: Message) => void
  },
): () => void {
  const others = new BroadcastChannel(name)
  others.onmessage = ({ data }: MessageEvent<Message>) => receive(data)
  const end = new AbortController()
  const hold = () =>
    new Promise<void>((resolve) => {
      const disconnect = connect((message) => others.postMessage(message))
      end.signal.addEventListener('abort', () => {
        disconnect()
        others.close()
        resolve()
      })
    })
  // rejects if it is ended before this page has the lock
  navigator.locks.request(name, end, hold).catch(() => others.close())
  return () => end.abort()
}

/** Opens something while the page is in view, and until so many milliseconds later. */
function whileVisible(open: () => () => void, { maxHiddenMs }: { readonly maxHiddenMs: number }): () => void {
  const page = globalThis.document
  let close: (() => void) | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = () => {
    close?.()
    close = undefined
  }
  const look = () => {
    clearTimeout(timer)
    if (!page?.hidden) close ??= open()
    else if (close) timer = setTimeout(end, maxHiddenMs)
  }
  look()
  page?.addEventListener('visibilitychange', look)
  return () => {
    page?.removeEventListener('visibilitychange', look)
    clearTimeout(timer)
    end()
  }
}
