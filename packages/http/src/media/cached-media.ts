import type { IncomingMessage } from 'node:http'
import { parseMediaPath } from '@tintype/contract'
import type { PhotoLibrary } from '@tintype/photos'
import { type Access, callerOf } from '../access.ts'
import { dataSecurityHeaders } from '../middleware/security-headers.ts'
import { evaluateRequest } from '../protocol/conditional.ts'
import { type HeaderFields, toRawHeaders } from '../protocol/set-headers.ts'
import { type Observers, observeRequest } from '../request-log.ts'
import { mediaRoute } from '../routes/media.ts'
import { mediaEtag, mediaFields } from '../routes/media-fields.ts'
import type { Shortcut } from './fast-path.ts'

/** Where `/media` is mounted. */
const prefix = '/media'

/**
 * Answers `GET` of media that are in memory, and 304 where it is known what they are: most requests of a photo
 * backend. Everything that asks for more, or must be refused, is left to the app and its `/media`.
 *
 * @see docs/adr/0012-shortcuts.md
 */
export function answerHotMedia(
  photos: Pick<PhotoLibrary, 'peekMedia'>,
  { access, observers }: { readonly access: Access; readonly observers: Observers },
): Shortcut {
  return (req, res) => {
    if (req.method !== 'GET' || !req.url?.startsWith(prefix) || hasBody(req)) return false
    const reference = parseMediaPath(req.url.slice(prefix.length))
    const found = reference && photos.peekMedia(reference)
    if (!found || !callerOf(access, req)?.may('photos:read')) return false
    const { media } = found
    const { headers } = req
    const { byteSize } = media
    const decision = evaluateRequest({ method: 'GET', headers, etag: mediaEtag(media), byteSize })
    const { status, range } = decision
    if (status === 412 || status === 416) return false
    const held = status === 304 ? undefined : found.open()
    if (status !== 304 && held === undefined) return false
    if (held) res.once('close', () => held[Symbol.dispose]())

    const observed = observeRequest({ req, res }, observers)
    observed.route = mediaRoute(reference)
    const fields: HeaderFields = {
      'X-Request-Id': observed.requestId,
      ...dataSecurityHeaders,
      ...access.corsHeaders({ method: 'GET', headers }),
      ...mediaFields(media, decision, { isDownload: false }),
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
