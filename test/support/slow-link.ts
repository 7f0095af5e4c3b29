import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** A TCP connection to an engine that can be slow, silent or cut. Disposing it closes its port. */
export interface SlowLink extends AsyncDisposable {
  readonly port: number
  /** Each piece of bytes waits this long, and passes at this speed, in both directions. 0 and `Infinity` change nothing. */
  slow(pace: LinkPace): void
  /** Ends all connections now; new ones are accepted. */
  cut(): void
}

/** How fast bytes pass. */
export interface LinkPace {
  readonly delayMs: number
  readonly bytesPerSecond: number
}

/** Starts a link on a free loopback port to `port`. */
export async function startSlowLink(port: number): Promise<SlowLink> {
  const sockets = new Set<Socket>()
  let pace: LinkPace = { delayMs: 0, bytesPerSecond: Infinity }

  async function* atPace(bytes: AsyncIterable<Buffer>) {
    for await (const piece of bytes) {
      const ms = pace.delayMs + (piece.byteLength / pace.bytesPerSecond) * 1000
      if (ms > 0) await delay(ms)
      yield piece
    }
  }

  function keep(socket: Socket): void {
    sockets.add(socket)
    socket.setNoDelay(true).once('close', () => sockets.delete(socket))
  }

  const server = createServer((client) => {
    const engine = connect(port, '127.0.0.1')
    keep(client)
    keep(engine)
    const end = () => {
      client.resetAndDestroy()
      engine.destroy()
    }
    for (const [from, to] of [
      [client, engine],
      [engine, client],
    ] as const)
      pipeline(from, atPace, to).catch(end)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    slow(next) {
      pace = next
    },
    cut,
    async [Symbol.asyncDispose]() {
      server.close()
      cut()
      await once(server, 'close')
    },
  }
}
