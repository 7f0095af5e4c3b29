import type { IncomingHttpHeaders } from 'node:http'
import { type Access, callerOf } from '../access.ts'
import { parseUploadHeaders } from '../body/upload-headers.ts'
import { logError } from '../log-error.ts'
import { dataSecurityHeaders } from '../middleware/security-headers.ts'
import { leaveBody } from '../protocol/lingering-close.ts'
import { renderProblem } from '../protocol/render-problem.ts'
import { setHeaders } from '../protocol/set-headers.ts'
import { type Observers, observeRequest } from '../request-log.ts'
import type { UploadSlots } from '../upload-slots.ts'
import type { Shortcut } from './fast-path.ts'

/** `POST` to either of the upload routes. */
const uploadTarget = /^(\/photos(?:\/thumbnail)?)(?:\?|$)/

/**
 * Refuses an upload for which there is no place, at a small part of what it would cost to take it: when many more
 * come than can be taken, the time goes to those that are (threat B306).
 *
 * @see docs/adr/0012-shortcuts.md
 */
export function refuseOverload(
  uploadSlots: Pick<UploadSlots, 'refusal'>,
  { access, observers }: { readonly access: Access; readonly observers: Observers },
): Shortcut {
  return (req, res) => {
    if (req.method !== 'POST') return false
    const refusal = uploadSlots.refusal()
    const route = refusal && uploadTarget.exec(req.url ?? '')?.[1]
    if (!route || !callerOf(access, req)?.may('photos:write') || isUnreadable(req.headers)) return false

    const observed = observeRequest({ req, res }, observers)
    observed.route = route
    const { requestId } = observed
    logError(observers.log, refusal, { requestId })
    const { status, fields, body } = renderProblem(refusal, requestId)
    res.statusCode = status
    setHeaders(res, {
      'X-Request-Id': requestId,
      ...dataSecurityHeaders,
      ...access.corsHeaders({ method: 'POST', headers: req.headers }),
      ...fields,
    })
    if (!leaveBody(req, res, body)) res.end(body)
    return true
  }
}

/** Whether the app would refuse it for its headers, which no other time would change. */
function isUnreadable(headers: IncomingHttpHeaders): boolean {
  try {
    parseUploadHeaders(headers)
    return false
  } catch {
    return true
  }
}
