import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TintypeError } from '@tintype/contract'
import type { Access } from '../access/access.ts'
import { leaveBody } from '../discard/lingering-close.ts'
import { dataSecurityHeaders } from '../middleware/security-headers.ts'
import { type ErrorForm, renderProblem } from '../protocol/render-problem.ts'
import { setHeaders } from '../protocol/set-headers.ts'
import { type Observers, observeRequest } from '../request-log.ts'

/** What an error is answered with. */
export interface AnswerProblemOptions {
  readonly access: Access
  readonly observers: Observers
  /** The route's pattern, for log and metrics. @default unmatched */
  readonly route?: string
  /** @default problem */
  readonly form?: ErrorForm
}

/** Answers a request with an error, without the app: observed, logged, and with the headers that the app's answer has. */
export function answerProblem(
  { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
  error: TintypeError,
  { access, observers, route, form = 'problem' }: AnswerProblemOptions,
): void {
  const observed = observeRequest({ req, res }, observers)
  if (route !== undefined) observed.route = route
  const { requestId, client } = observed
  observers.logError(error, { requestId, client })
  const { status, fields, body } = renderProblem(error, requestId, { form })
  res.statusCode = status
  setHeaders(res, {
    'X-Request-Id': requestId,
    ...dataSecurityHeaders,
    ...access.corsHeaders({ method: req.method ?? '', headers: req.headers }),
    ...fields,
  })
  if (!leaveBody(req, res, body)) res.end(body)
}
