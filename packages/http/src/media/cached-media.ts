import type { IncomingHttpHeaders } from 'node:http'
import { parseMediaPath } from '@tintype/contract'
import type { PhotoLibrary } from '@tintype/photos'
import { isAllowed } from '../access/access.ts'
import type { FastPath, FastPathOptions } from '../fast-path/fast-path.ts'
import { dataSecurityHeaders } from '../middleware/security-headers.ts'
import { hasBody } from '../protocol/request-body.ts'
import { type HeaderFields, toRawHeaders } from '../protocol/set-headers.ts'
import { observeRequest } from '../request-log.ts'
import { decideMediaAnswer, mediaMount, mediaPattern, wantsDownload } from './decide-media-answer.ts'
import type { PermitMedia } from './media-permit.ts'

/**
 * Answers `GET` of media that are in memory, 304 included: public ones, and those of a verified signature. Most requests of a
 * photo backend are of this kind. It identifies no caller: `peekMedia` returns only what everyone may read, and
 * `peekMediaFor` needs the scope of a permit. The app and `mediaRoutes` answer everything else.
 *
 * @see docs/adr/0012-fast-paths.md
 */
export function answerCachedMedia(
  photos: Pick<PhotoLibrary, 'peekMedia' | 'peekMediaFor'>,
  { access, observers, basePath }: FastPathOptions,
): FastPath {
  const mount = basePath + mediaMount
  /** The app refuses what is not permitted. */
  const tryPermit: PermitMedia = (req, target) => {
    try {
      return access.permitMedia(req, target)
    } catch {
      return undefined
    }
  }
  /** By the fields that many requests share: all headers but the request's id, in the form that Node sends. */
  const heads = new WeakMap<HeaderFields, readonly string[]>()

  function headOf(
    { fields, isShared }: { readonly fields: HeaderFields; readonly isShared: boolean },
    headers: IncomingHttpHeaders,
  ): readonly string[] {
    // An answer to a page of another origin names that origin.
    const isKept = isShared && headers.origin === undefined
    const known = isKept ? heads.get(fields) : undefined
    if (known) return known
    const cors = access.corsHeaders({ method: 'GET', headers })
    const made = toRawHeaders({ ...dataSecurityHeaders, ...cors, ...fields })
    if (isKept) heads.set(fields, made)
    return made
  }

  return (req, res) => {
    if (req.method !== 'GET' || !req.url?.startsWith(mount) || hasBody(req)) return false
    const { headers } = req
    // A credential may be wrong, and then the answer is 401: only the app looks at it.
    if (access.closed !== undefined && headers.authorization !== undefined) return false
    const { path, query } = splitTarget(req.url.slice(basePath.length))
    const reference = parseMediaPath(path.slice(mediaMount.length))
    if (reference === undefined || !isAllowed(access, req)) return false
    const permit = tryPermit(req, { path, query: query ?? '' })
    if (permit === undefined && query !== undefined) return false
    const found = permit ? photos.peekMediaFor(reference, permit.scope) : photos.peekMedia(reference)
    if (!found) return false
    const request = {
      headers,
      isDownload: permit?.isDownload ?? wantsDownload(query ?? ''),
      privateCacheControl: permit?.cacheControl,
    }
    const answer = decideMediaAnswer(found.media, { method: 'GET', ...request })
    if (answer.status === 412 || answer.status === 416) return false
    const { status, range } = answer
    const held = status === 304 ? undefined : found.open()
    if (status !== 304 && held === undefined) return false
    const observed = observeRequest({ req, res }, observers)
    observed.held = held
    observed.route = mediaPattern(reference)
    const head = ['X-Request-Id', observed.requestId, ...headOf(answer, headers)]
    const body = range ? held?.body.subarray(range.start, range.end + 1) : held?.body
    observed.bytesOut = body?.byteLength ?? 0
    res.writeHead(status, head).end(body)
    return true
  }
}

/** Everything after the first question mark is the query: nothing may be added to a signed URL (threat B215). */
function splitTarget(target: string): { readonly path: string; readonly query: string | undefined } {
  const at = target.indexOf('?')
  return at < 0
    ? { path: target, query: undefined }
    : { path: target.slice(0, at), query: target.slice(at + 1) }
}
