import { once } from 'node:events'
import { mkdtempDisposable } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTintype, type Tintype, type TintypeOptions } from 'tintype'

type LogLine = Readonly<Record<string, unknown>>

/** A Tintype with a data directory of its own. Disposing it closes it and removes the directory. */
export async function openEmbedded(options: TintypeOptions = {}) {
  await using opening = new AsyncDisposableStack()
  const data = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-embedded-')))
  const lines: LogLine[] = []
  const note = (facts: object, msg: string) => void lines.push({ ...facts, msg })
  const log = { debug: note, info: note, warn: note, error: note }
  const tintype: Tintype = opening.use(await createTintype({ dataDirectory: data.path, log, ...options }))
  const owned = opening.move()
  return { tintype, lines, dataDirectory: data.path, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** An HTTP server on a free loopback port. */
export async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
