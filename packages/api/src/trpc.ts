import { type Problem, type Right, TintypeError } from '@tintype/contract'
import { initTRPC, TRPCError } from '@trpc/server'
import type { ApiContext } from './context.ts'
import { toErrorShape } from './to-error-shape.ts'
import { toTintypeError } from './to-tintype-error.ts'

const t = initTRPC.context<ApiContext>().create({
  isDev: false, // a stack never leaves the server (threat B293)
  errorFormatter({ shape, error, ctx }): Omit<typeof shape, 'data'> & { data: Problem } {
    return toErrorShape(toTintypeError(error), ctx?.requestId ?? '')
  },
})

/** Puts procedures and routers together. */
export const router = t.router

/** A procedure that only callers with the right may call. */
export function procedure(right: Right) {
  return t.procedure.use(({ ctx, next }) => {
    if (!ctx.caller.may(right)) {
      const cause = new TintypeError('FORBIDDEN', `This needs the right ${right}`, {
        facts: { needs: right },
      })
      throw new TRPCError({ code: 'FORBIDDEN', cause })
    }
    return next()
  })
}
