import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { appRouter, type PhotoUseCases } from '@tintype/api'
import { openCaller } from '@tintype/contract'
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http'
import { createTintypeClient } from '../create-tintype-client.ts'

/** The router of the server on a free port of loopback, over the use-cases that a test needs, and a client of it. */
export async function openProcedures(photos: Partial<PhotoUseCases>) {
  const requests: { method: string | undefined; path: string }[] = []
  const server = createServer((req, res) => {
    const { pathname } = new URL(req.url ?? '', 'http://server')
    const path = pathname.replace('/trpc/', '')
    requests.push({ method: req.method, path })
    const context = {
      photos: photos as PhotoUseCases,
      caller: openCaller,
      version: '1.2.3',
      requestId: 'request-1',
    }
    void nodeHTTPRequestHandler({ router: appRouter, req, res, path, createContext: async () => context })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    requests,
    client: createTintypeClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
