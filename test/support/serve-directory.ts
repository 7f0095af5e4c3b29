import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/** A web site of its own origin on loopback: the files of a directory. Disposing it ends it. */
export async function serveDirectory(directory: string) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://site')
    const file = join(directory, pathname === '/' ? 'index.html' : pathname)
    try {
      const bytes = await readFile(file)
      response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream').end(bytes)
    } catch {
      response.writeHead(pathname === '/favicon.ico' ? 204 : 404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
