import { once } from 'node:events'
import { type IncomingHttpHeaders, request as sendRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isTintypeError, openCaller } from '@tintype/contract'
import Koa from 'koa'
import type { KoaState } from '../state.ts'

/** An answer, read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
}

/**
 * A Koa app on a free loopback port. It answers a `TintypeError` with its status, and its code as the body. `send` sends the
 * path as it is, without normalising dot segments or escapes.
 */
export async function serveApp(configure: (app: Koa<KoaState>) => void) {
  const app = new Koa<KoaState>()
  app.silent = true
  app.use(async (ctx, next) => {
    ctx.state.tintype = { requestId: 'test', logError() {}, caller: openCaller, route: '' }
    await next().catch((error: unknown) => {
      if (!isTintypeError(error)) throw error
      ctx.status = error.status ?? 500
      ctx.body = error.code
    })
  })
  configure(app)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    async send(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
      const request = sendRequest({ port, host: '127.0.0.1', path, method, headers, agent: false })
      request.end()
      const [answer] = await once(request, 'response')
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk)
      return { status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(chunks) }
    },
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}
