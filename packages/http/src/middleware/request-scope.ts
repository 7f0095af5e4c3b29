import type { Caller } from '@tintype/contract'
import type { Middleware } from 'koa'
import type { RequestLogger } from '../options.ts'
import { type ObservedRequest, type Observers, observeRequest } from '../request-log.ts'
import type { RequestState } from '../state.ts'

/** Opens the state of a request, and observes it. @see observeRequest */
export function requestScope(observers: Observers): Middleware<RequestState> {
  return (ctx, next) => {
    const observed = observeRequest(ctx, observers)
    ctx.state = openState(observed, observers.log)
    ctx.res.setHeader('X-Request-Id', observed.requestId)
    return next()
  }
}

/** Who asks, until somebody is admitted. */
const nobody: Caller = Object.freeze({ may: () => false })

/** Most requests log nothing but their line, which is written elsewhere: a log of their own is made for those that do. */
function openState(observed: ObservedRequest, log: RequestLogger): RequestState {
  const { requestId } = observed
  let own: RequestLogger | undefined
  return {
    requestId,
    get log() {
      own ??= log.child({ requestId })
      return own
    },
    caller: nobody,
    get route() {
      return observed.route
    },
    set route(route) {
      observed.route = route
    },
  }
}
