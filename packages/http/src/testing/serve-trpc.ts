import type { createCallServer } from '@tintype/api'
import type { PhotoLibrary } from '@tintype/photos'
import Koa from 'koa'
import mount from 'koa-mount'
import { createAccess, identifyCaller } from '../access/access.ts'
import type { ClosedAccess } from '../access/closed-access.ts'
import { listen } from '../listen.ts'
import { closeOnUnreadBody } from '../middleware/close-on-unread-body.ts'
import { errorResponse } from '../middleware/error-response.ts'
import { refuseUnreadableTarget } from '../middleware/refuse-unreadable-target.ts'
import { requestScope } from '../middleware/request-scope.ts'
import { sendStreams } from '../middleware/send-streams.ts'
import type { RequestLogger } from '../options.ts'
import { createObservers } from '../request-log.ts'
import { trpcRoutes } from '../routes/trpc.ts'
import { createThreadShares } from '../share-thread.ts'
import type { KoaState } from '../state.ts'

const limits = {
  maxBatchCalls: 20,
  maxJsonByteSize: 1000,
  uploadIdleTimeoutMs: 60_000,
  minUploadBytesPerSecond: 0,
  slowUploadGraceMs: 60_000,
  maxUploadDurationMs: 60_000,
}

/** The tRPC route on a free loopback port, after the same middleware as in the app. */
export async function serveTrpc(options: {
  readonly router?: Parameters<typeof createCallServer>[0]
  readonly photos?: Partial<PhotoLibrary>
  readonly closed?: ClosedAccess
}) {
  const lines: Record<string, unknown>[] = []
  const write = (facts: object) => void lines.push({ ...facts })
  const log: RequestLogger = { debug: () => {}, info: write, warn: write, error: write }
  const stopping = new AbortController()
  const app = new Koa<KoaState>()
  app.on('error', (error) => write({ event: 'koa', error }))
  const { router, closed } = options
  const access = createAccess({ isLoopback: true, isOpen: false, corsOrigins: [], closed })
  const thread = createThreadShares()
  app.use(sendStreams({ access, thread }))
  const metrics = { observe: () => {}, countError: () => {} }
  app.use(requestScope(createObservers({ log, metrics, access })))
  app.use(errorResponse())
  app.use(refuseUnreadableTarget())
  app.use(closeOnUnreadBody())
  app.use(identifyCaller(access))
  const photos = (options.photos ?? {}) as PhotoLibrary
  app.use(
    mount(
      '/trpc',
      trpcRoutes(photos, {
        ...{ limits, access, thread, version: '1.2.3', stopping: stopping.signal },
        ...(router && { router }),
      }),
    ),
  )
  const server = await listen(app.callback(), { host: '127.0.0.1', port: 0, onRefused: () => {} })
  return {
    url: `${server.url}/trpc`,
    port: Number(new URL(server.url).port),
    lines,
    stopping,
    async [Symbol.asyncDispose]() {
      const closed = server.close()
      server.destroy()
      await closed
    },
  }
}
