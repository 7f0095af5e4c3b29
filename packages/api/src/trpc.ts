import { type Problem, type Right, refusalOf, TintypeError } from '@tintype/contract'
import { initTRPC, TRPCError } from '@trpc/server'
import type { ApiContext } from './context.ts'
import { toErrorShape } from './to-error-shape.ts'
import { toTintypeError } from './to-tintype-error.ts'

/** How often a quiet stream sends a ping, so that neither proxies nor the server's own time limit cut it. */
const pingMs = 15_000

const t = initTRPC.context<ApiContext>().create({
  isDev: false, // stacks are never sent (threat B293)
  jsonl: { pingMs },
  sse: { ping: { enabled: true, intervalMs: pingMs }, client: { reconnectAfterInactivityMs: 3 * pingMs } },
  errorFormatter({ shape, error, ctx }): Omit<typeof shape, 'data'> & { data: Problem } {
    return toErrorShape(toTintypeError(error), ctx?.requestId ?? '')
  },
})

/** Combines procedures and routers into a router. */
export const router = t.router

/**
 * Starts a procedure that only callers with the right may call. Rights are checked for each call, in each lane.
 *
 * @example
 * const list = procedure('photos:read').input(photoListInput).query(({ ctx, input }) => …)
 */
export function procedure(right: Right) {
  return t.procedure.use(async ({ ctx, type, next }) => {
    await ctx.turn?.()
    const cause = refusalOf(ctx.caller, right)
    if (cause !== undefined) {
      if (type === 'subscription') ctx.onRefused?.(cause)
      throw new TRPCError({ code: cause.status === 401 ? 'UNAUTHORIZED' : 'FORBIDDEN', cause })
    }
    const result = await next()
    if (type === 'subscription' && !result.ok) ctx.onRefused?.(result.error)
    return result
  })
}

/** Starts a procedure about access. An open server has no keys, so it refuses the call. */
export function accessProcedure(right: Right) {
  return procedure(right).use(({ ctx, next }) => {
    const { access } = ctx
    if (access !== undefined) return next({ ctx: { access } })
    const detail = 'This needs a closed server. Set TINTYPE_ACCESS, or the option access, to closed'
    throw new TRPCError({ code: 'BAD_REQUEST', cause: new TintypeError('INVALID_REQUEST', detail) })
  })
}
