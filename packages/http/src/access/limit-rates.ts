import type { Handler } from '../state.ts'
import type { Access } from './access.ts'

/** Refuses callers that send too many requests. Media and operations come before it and are not counted. @throws RATE_LIMITED */
export function limitRates(access: Pick<Access, 'countRequest'>): Handler {
  return (ctx, next) => {
    access.countRequest(ctx.state.tintype.caller, ctx.req)
    return next()
  }
}
