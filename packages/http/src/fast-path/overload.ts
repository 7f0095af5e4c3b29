import type { IncomingHttpHeaders } from 'node:http'
import { openCaller } from '@tintype/contract'
import { isAllowed } from '../access/access.ts'
import { parseUploadHeaders } from '../body/upload-headers.ts'
import { removeBasePath } from '../protocol/base-path.ts'
import type { UploadSlots } from '../upload-slots.ts'
import { answerProblem } from './answer-problem.ts'
import type { FastPath, FastPathOptions } from './fast-path.ts'

/** Target of either upload route, below the base path. */
const uploadTarget = /^(\/photos(?:\/thumbnail)?)(?:\?|$)/

/**
 * Refuses an upload while all slots are in use. This costs a small part of the app's refusal, and leaves the time to the
 * uploads in progress (threat B306). It identifies no caller, because a refusal needs no right: on a closed server, whose
 * callers share the slots by key, it refuses only what no caller could get.
 *
 * @see docs/adr/0012-fast-paths.md
 */
export function refuseOverload(
  uploadSlots: Pick<UploadSlots, 'refusal'>,
  { access, observers, basePath }: FastPathOptions,
): FastPath {
  return (req, res) => {
    if (req.method !== 'POST') return false
    const refusal = uploadSlots.refusal(access.closed ? undefined : access.shareOf(openCaller, req))
    if (!refusal) return false
    const route = uploadTarget.exec(removeBasePath(req.url ?? '', basePath) ?? '')?.[1]
    if (!route || !isAllowed(access, req) || isUnreadable(req.headers)) return false

    answerProblem({ req, res }, refusal, { access, observers, route })
    return true
  }
}

/** Whether the app would refuse the upload's headers at any time. */
function isUnreadable(headers: IncomingHttpHeaders): boolean {
  try {
    parseUploadHeaders(headers)
    return false
  } catch {
    return true
  }
}
