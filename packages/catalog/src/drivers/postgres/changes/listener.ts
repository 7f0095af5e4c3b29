import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

/** A connection that hears notifications, and is made again whenever it is lost. Disposing it closes it. */
export interface Listener extends AsyncDisposable {
  /** Resolves when the first try to listen has worked, and `onBegin` was called, or has failed. */
  readonly tried: Promise<void>
  isListening(): boolean
}

/** What is heard, and how. */
export interface ListenerOptions {
  readonly connection: pg.ClientConfig
  /** As PostgreSQL names them. */
  readonly channels: readonly string[]
  /** Called whenever listening begins: earlier notifications may have been lost. */
  readonly onBegin: () => void
  readonly onNotification: (channel: string, payload: string) => void
}

const firstPauseMs = 100
const longestPauseMs = 5000

/** Milliseconds between two questions that show whether the connection still works: a cut cable says nothing. */
const checkIntervalMs = 10_000

/** Milliseconds that a goodbye to the server may take. */
const goodbyeMs = 1000

/** Starts a listener, in the background. It tries again 0.1 to 5 seconds after a failure. */
export function startListener(options: ListenerOptions): Listener {
  const stopping = new AbortController()
  const { promise: tried, resolve: endFirstTry } = Promise.withResolvers<void>()
  let isListening = false

  /** Listens until the connection is lost. @returns whether it worked */
  async function listen(): Promise<boolean> {
    const client = new pg.Client(options.connection)
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    client.on('error', () => end())
    client.on('end', () => end())
    client.on('notification', ({ channel, payload = '' }) => options.onNotification(channel, payload))
    stopping.signal.addEventListener('abort', () => end(), { once: true })
    let checking: NodeJS.Timeout | undefined
    try {
      await Promise.race([client.connect(), ended])
      stopping.signal.throwIfAborted()
      await client.query(options.channels.map((channel) => `LISTEN "${channel}"`).join(';'))
      checking = setInterval(() => client.query('SELECT 1').catch(() => end()), checkIntervalMs).unref()
      stopping.signal.throwIfAborted()
      isListening = true
      options.onBegin()
      endFirstTry()
      await ended
      return true
    } catch {
      return false
    } finally {
      isListening = false
      endFirstTry()
      clearInterval(checking)
      await Promise.race([client.end().catch(() => undefined), delay(goodbyeMs, undefined, { ref: false })])
    }
  }

  async function run(): Promise<void> {
    let failures = 0
    while (!stopping.signal.aborted) {
      failures = (await listen()) ? 0 : failures + 1
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** failures)
      await delay(pauseMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
    }
  }

  const running = run()
  return {
    tried,
    isListening: () => isListening,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}
