import Router, { type RouterContext } from '@koa/router'
import { isTintypeError, type TintypeError } from '@tintype/contract'
import { requireRight } from '../access/access.ts'
import { routePattern } from '../middleware/route-pattern.ts'
import type { RequestLogger, RequestMetrics } from '../options.ts'
import { answerJson } from '../protocol/answer-json.ts'
import type { KoaState } from '../state.ts'
import type { UploadSlots } from '../upload-slots.ts'
import { createCheckLog, type Readiness } from './readiness.ts'

/** One spelling of each path: a proxy may hide /metrics, and must not have to know /METRICS and /metrics/ too. */
const oneSpelling = { sensitive: true, strict: true }

/** `GET /healthz`, with or without a last slash: nothing hides it. */
export function healthRoute(): Router<KoaState> {
  const router = new Router<KoaState>({ ...oneSpelling, strict: false })
  router.use(routePattern())
  router.get('/healthz', (ctx) => {
    ctx.set('Cache-Control', 'no-store')
    // so that a page of any origin can find out, by `no-cors`, whether the server is reached at all
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin')
    answerJson(ctx, { status: 'ok' })
  })
  return router
}

/** `GET /readyz`, `GET /readyz/node`, `GET /metrics`. */
export function operationRoutes(options: {
  metrics: Pick<RequestMetrics, 'render'>
  uploadSlots: UploadSlots
  readiness: Readiness
  log: Pick<RequestLogger, 'warn' | 'info'>
}): Router<KoaState> {
  const { uploadSlots, readiness, log } = options
  const router = new Router<KoaState>(oneSpelling)
  const logServer = createCheckLog('server', log)
  router.use(routePattern())

  async function answerChecks(
    ctx: RouterContext<KoaState>,
    refusal: TintypeError | undefined,
    names?: readonly string[],
  ) {
    const checks = { ...(await readiness.check(names)), server: refusal?.code ?? 'ok' }
    const missing = Object.entries(checks)
      .filter(([, result]) => result !== 'ok')
      .map(([name]) => name)
    ctx.status = missing.length === 0 ? 200 : 503
    if (missing.length > 0) ctx.set('Retry-After', '1')
    ctx.set('Cache-Control', 'no-store')
    const status = missing.length === 0 ? 'ready' : 'unavailable'
    // What is missing is for operators: on a closed server an anonymous caller learns only whether it is ready.
    const showsDetails = ctx.state.tintype.caller.may('system:read')
    answerJson(ctx, showsDetails ? { status, missing, checks } : { status })
  }

  router.get('/readyz', (ctx) => {
    const refusal = stoppingOf(uploadSlots) ?? uploadSlots.refusal()
    logServer(refusal)
    return answerChecks(ctx, refusal)
  })

  // Of this server alone. A load balancer that asked for the engines would remove every server when one engine fails.
  router.get('/readyz/node', (ctx) => answerChecks(ctx, stoppingOf(uploadSlots), ['staging']))

  router.get('/metrics', async (ctx) => {
    requireRight(ctx, 'metrics:read')
    const { text, contentType } = await options.metrics.render()
    ctx.set('Cache-Control', 'no-store')
    ctx.body = text
    ctx.set('Content-Type', contentType)
  })
  return router
}

/** The error that every upload gets while the server stops. */
function stoppingOf(uploadSlots: Pick<UploadSlots, 'assertOpen'>): TintypeError | undefined {
  try {
    uploadSlots.assertOpen()
    return undefined
  } catch (error) {
    if (isTintypeError(error)) return error
    throw error
  }
}
