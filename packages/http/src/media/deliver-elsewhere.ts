import type { Media, PhotoLibrary } from '@tintype/photos'
import { mediaSecurityHeaders } from '../middleware/security-headers.ts'
import { type HeaderFields, setHeaders } from '../protocol/set-headers.ts'
import type { Context } from '../state.ts'
import { publicCacheControl } from './decide-media-answer.ts'
import type { MediaDelivery } from './media-delivery.ts'
import { keptFor, type MediaPermit, type SignatureTerms } from './media-permit.ts'

/** Media whose bytes another server sends. */
export interface DeliveredMedia {
  readonly photos: Pick<PhotoLibrary, 'hasMedia' | 'presignMedia'>
  readonly media: Media
  readonly delivery: Exclude<MediaDelivery, { readonly kind: 'stream' }>
  /** The signature of the media's URL, if it ends. */
  readonly signature: SignatureTerms | undefined
  /** The headers of this server's own answer. */
  readonly fields: HeaderFields
}

/**
 * The other server that sends the bytes for this request; `undefined` if this one does. That is a `GET` whose answer depends on
 * no validator that the other server does not know.
 *
 * A redirect gives a URL away, so the media must be public or their URL signed until some time. A request with `Authorization`
 * is not redirected: engines refuse a signed URL that comes with another credential.
 */
export function chooseElsewhere(
  { method, headers }: Pick<Context, 'method' | 'headers'>,
  {
    delivery,
    media,
    permit,
  }: { readonly delivery: MediaDelivery; readonly media: Media; readonly permit: MediaPermit | undefined },
): DeliveredMedia['delivery'] | undefined {
  if (delivery.kind === 'stream' || method !== 'GET') return undefined
  if (headers['if-match'] !== undefined || headers['if-unmodified-since'] !== undefined) return undefined
  if (delivery.kind === 'accelerate') return headers['if-range'] === undefined ? delivery : undefined
  const mayBeGivenAway = media.visibility === 'public' || permit?.signature !== undefined
  return mayBeGivenAway && headers.authorization === undefined ? delivery : undefined
}

/** Leaves the bytes to the other server, ranges included. Returns `false`, and does nothing, if they are lost. */
export async function deliverElsewhere(ctx: Context, delivered: DeliveredMedia): Promise<boolean> {
  // Not opened: that would read a small file into memory.
  if (!(await delivered.photos.hasMedia(delivered.media))) return false
  const isRedirect = delivered.delivery.kind === 'redirect'
  const fields = isRedirect ? await redirect(delivered) : await accelerate(delivered)
  ctx.status = isRedirect ? 302 : 200
  ctx.body = ''
  ctx.remove('Content-Type') // set by Koa
  setHeaders(ctx.res, fields)
  return true
}

/** @see https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ignore_headers */
async function accelerate({ photos, media, delivery, fields }: DeliveredMedia): Promise<HeaderFields> {
  const { 'Content-Length': _length, 'Content-Range': _range, ...kept } = fields
  const prefix = delivery.kind === 'accelerate' ? delivery.prefix : ''
  const { 'Cache-Control': cacheControl = '', ...others } = kept
  const signed = await photos.presignMedia(media, { reader: 'proxy', cacheControl })
  if (!signed) return { ...kept, 'X-Accel-Redirect': `${prefix}/${media.key}` }
  // nginx would keep `Cache-Control` of this answer even if the engine fails, so the engine sends it.
  return { ...others, 'X-Accel-Redirect': `${prefix}${signed.url.slice(new URL(signed.url).origin.length)}` }
}

async function redirect({ photos, media, signature, fields }: DeliveredMedia): Promise<HeaderFields> {
  const isPublic = media.visibility === 'public'
  const contentDisposition = fields['Content-Disposition']
  const signed = await photos.presignMedia(media, {
    reader: 'client',
    cacheControl: isPublic || !signature ? publicCacheControl : keptFor(yearSeconds, signature.cache),
    ...(contentDisposition !== undefined && { contentDisposition: String(contentDisposition) }),
    ...(!isPublic && signature && { endsAtMs: signature.endsAtMs }),
  })
  if (!signed) throw new Error('the store cannot sign URLs')
  const cache = isPublic ? 'public' : signature?.cache === 'shared' ? 'public' : 'private'
  return {
    ...mediaSecurityHeaders,
    Location: signed.url,
    'Cache-Control': `${cache}, max-age=${signed.freshSeconds}`,
  }
}

const yearSeconds = 365 * 24 * 60 * 60
