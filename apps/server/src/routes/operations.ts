import Router from '@koa/router'
import { isTintypeError } from '@tintype/contract'
import type { Admission } from '../admission.ts'
import { answerJson } from '../http/answer-json.ts'
import { routePattern } from '../middleware/route-pattern.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { RequestState } from '../state.ts'

/** Something that readiness depends on: resolves if an upload could use it now. */
export type Probe = () => Promise<void>

/** `GET /healthz`, `GET /readyz`, `GET /metrics`. */
export function operationRoutes(options: {
  metrics: Metrics
  admission: Admission
  probes: Readonly<Record<string, Probe>>
}): Router<RequestState> {
  const router = new Router<RequestState>()
  router.use(routePattern())

  router.get('/healthz', (ctx) => {
    ctx.set('Cache-Control', 'no-store')
    answerJson(ctx, { status: 'ok' })
  })

  router.get('/readyz', async (ctx) => {
    const probes = { ...options.probes, server: () => accepting(options.admission) }
    const results = await Promise.all(
      Object.entries(probes).map(async ([name, probe]) => [name, await ask(probe)]),
    )
    const checks = Object.fromEntries(results) as Record<string, string>
    const missing = Object.keys(checks).filter((name) => checks[name] !== 'ok')
    ctx.status = missing.length === 0 ? 200 : 503
    if (missing.length > 0) ctx.set('Retry-After', '1')
    ctx.set('Cache-Control', 'no-store')
    answerJson(ctx, { status: missing.length === 0 ? 'ready' : 'unavailable', missing, checks })
  })

  router.get('/metrics', async (ctx) => {
    const { text, contentType } = await options.metrics.render()
    ctx.set('Cache-Control', 'no-store')
    ctx.body = text
    ctx.set('Content-Type', contentType)
  })
  return router
}

/** `ok`, or the code of what is wrong. */
async function ask(probe: Probe): Promise<string> {
  try {
    await probe()
    return 'ok'
  } catch (error) {
    return isTintypeError(error) ? error.code : 'INTERNAL'
  }
}

/** Throws what an upload would meet. */
async function accepting(admission: Admission) {
  admission.enter()[Symbol.dispose]()
}
