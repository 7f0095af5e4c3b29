import type { IncomingMessage } from 'node:http'
import { parseMediaPath } from '@tintype/contract'
import type { PhotoLibrary, PublicMedia } from '@tintype/photos'
import { isAllowed } from '../access.ts'
import type { FastPath, FastPathOptions } from '../fast-path/fast-path.ts'
import { dataSecurityHeaders } from '../middleware/security-headers.ts'
import { type HeaderFields, toRawHeaders } from '../protocol/set-headers.ts'
import { observeRequest } from '../request-log.ts'
import { decideMediaAnswer, mediaMount, mediaPattern } from './decide-media-answer.ts'

/**
 * Answers `GET` of public media that are in memory, 304 included. Most requests of a photo backend are of this kind. It
 * identifies no caller, because `peekMedia` returns only what everyone may read. The app and `mediaRoutes` answer everything
 * else.
 *
 * @see docs/adr/0012-fast-paths.md
 */
export function answerCachedMedia(
  photos: Pick<PhotoLibrary, 'peekMedia'>,
  { access, observers, basePath }: FastPathOptions,
): FastPath {
  const mount = basePath + mediaMount
  return (req, res) => {
    if (req.method !== 'GET' || !req.url?.startsWith(mount) || hasBody(req)) return false
    const reference = parseMediaPath(req.url.slice(mount.length))
    const found = reference && photos.peekMedia(reference)
    if (!found || !isAllowed(access, req)) return false
    const { headers } = req
    const media: PublicMedia = found.media
    const answer = decideMediaAnswer(media, { method: 'GET', headers, isDownload: false })
    if (answer.status === 412 || answer.status === 416) return false
    const { status, range } = answer
    const held = status === 304 ? undefined : found.open()
    if (status !== 304 && held === undefined) return false
    if (held) res.once('close', () => held[Symbol.dispose]())

    const observed = observeRequest({ req, res }, observers)
    observed.route = mediaPattern(reference)
    const fields: HeaderFields = {
      'X-Request-Id': observed.requestId,
      ...dataSecurityHeaders,
      ...access.corsHeaders({ method: 'GET', headers }),
      ...answer.fields,
    }
    const body = range ? held?.body.subarray(range.start, range.end + 1) : held?.body
    observed.bytesOut = body?.byteLength ?? 0
    res.writeHead(status, toRawHeaders(fields)).end(body)
    return true
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined
}
