import Router, { type RouterContext } from '@koa/router'
import { isTintypeError } from '@tintype/contract'
import { requireRight } from '../access/access.ts'
import { routePattern } from '../middleware/route-pattern.ts'
import type { Probe, RequestMetrics } from '../options.ts'
import { answerJson } from '../protocol/answer-json.ts'
import type { KoaState } from '../state.ts'
import type { UploadSlots } from '../upload-slots.ts'

/** `GET /healthz`, `GET /readyz`, `GET /readyz/node`, `GET /metrics`. */
export function operationRoutes(options: {
  metrics: Pick<RequestMetrics, 'render'>
  uploadSlots: UploadSlots
  probes: Readonly<Record<string, Probe>>
}): Router<KoaState> {
  const router = new Router<KoaState>()
  router.use(routePattern())

  router.get('/healthz', (ctx) => {
    ctx.set('Cache-Control', 'no-store')
    // so that a page of any origin can find out, by `no-cors`, whether the server is reached at all
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin')
    answerJson(ctx, { status: 'ok' })
  })

  async function answerProbes(ctx: RouterContext<KoaState>, probes: Readonly<Record<string, Probe>>) {
    const results = await Promise.all(
      Object.entries(probes).map(async ([name, probe]) => [name, await probeResult(probe)]),
    )
    const checks = Object.fromEntries(results) as Record<string, string>
    const missing = Object.keys(checks).filter((name) => checks[name] !== 'ok')
    ctx.status = missing.length === 0 ? 200 : 503
    if (missing.length > 0) ctx.set('Retry-After', '1')
    ctx.set('Cache-Control', 'no-store')
    const status = missing.length === 0 ? 'ready' : 'unavailable'
    // What is missing is for operators: on a closed server an anonymous caller learns only whether it is ready.
    const showsDetails = ctx.state.tintype.caller.may('system:read')
    answerJson(ctx, showsDetails ? { status, missing, checks } : { status })
  }

  router.get('/readyz', (ctx) =>
    answerProbes(ctx, { ...options.probes, server: () => accepting(options.uploadSlots) }),
  )

  // Of this server alone. A load balancer that asked for the engines would remove every server when one engine fails.
  router.get('/readyz/node', (ctx) => {
    const { staging } = options.probes
    const server = async () => options.uploadSlots.assertOpen()
    return answerProbes(ctx, staging ? { staging, server } : { server })
  })

  router.get('/metrics', async (ctx) => {
    requireRight(ctx, 'metrics:read')
    const { text, contentType } = await options.metrics.render()
    ctx.set('Cache-Control', 'no-store')
    ctx.body = text
    ctx.set('Content-Type', contentType)
  })
  return router
}

/** `ok`, or the code of the error. */
async function probeResult(probe: Probe): Promise<string> {
  try {
    await probe()
    return 'ok'
  } catch (error) {
    return isTintypeError(error) ? error.code : 'INTERNAL'
  }
}

/** @throws the error that an upload would get */
async function accepting(uploadSlots: UploadSlots) {
  const refusal = uploadSlots.refusal()
  if (refusal) throw refusal
}
