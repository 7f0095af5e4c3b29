import { anonymousCaller } from '@tintype/contract'
import { type ObservedRequest, type Observers, observeRequest } from '../request-log.ts'
import type { Handler, RequestState } from '../state.ts'

/** Opens `ctx.state.tintype`, and observes the request. @see observeRequest */
export function requestScope(observers: Observers): Handler {
  return (ctx, next) => {
    const observed = observeRequest(ctx, observers)
    ctx.state.tintype = openState(observed, observers)
    ctx.res.setHeader('X-Request-Id', observed.requestId)
    return next()
  }
}

function openState(observed: ObservedRequest, { logError }: Observers): RequestState {
  const { requestId, client } = observed
  return {
    requestId,
    logError: (error, place) => logError(error, { ...place, requestId, client }),
    caller: anonymousCaller,
    get route() {
      return observed.route
    },
    set route(route) {
      observed.route = route
    },
  }
}
