import type { ServerProcedures } from '@tintype/api/server-procedures'
import type { TokenProcedures } from '@tintype/api/token-procedures'
import { TintypeError } from '@tintype/contract'
import { type Calls, createCalls } from '../create-procedures.ts'
import { createTintypeClient, type TintypeClient } from '../create-tintype-client.ts'
import { createConnection } from '../transport/connection.ts'
import type { UploaderOptions } from '../upload/create-uploader.ts'
import { createUrlSigner, type SignablePhoto, type SignedUrlChoice } from './signed-url.ts'

/** The server, and the key of the back end. */
export interface TintypeServerOptions extends Omit<UploaderOptions, 'token'> {
  /** URL of the server, its base path included: absolute, with `http:` or `https:`. */
  readonly url: string | URL
  /** An API key, `ttk_…`, or the server's `TINTYPE_ADMIN_KEY`. It never belongs into a page. */
  readonly key: string
  /**
   * The key for media URLs, `ID:KEY`, as `tintype keys derive media-url` prints it. `signedUrl` needs it.
   *
   * @default none
   */
  readonly signingKey?: string | undefined
}

/** The client of one Tintype server, for the back end of an application. */
export interface TintypeServer extends TintypeClient, Omit<ServerProcedures, 'tokens'> {
  /** Calls about upload tokens, with which browsers upload. Need the scope `manage`. */
  readonly tokens: TokenProcedures
  /**
   * A signed URL of a photo's original, or of one of its renditions, made without a request to the server.
   *
   * @throws TintypeError `INVALID_REQUEST` without a `signingKey`; for a life that is too long; if `covers` is `renditions` and
   * the original is chosen
   * @example
   * const src = tintype.signedUrl(photo, { width: 640, expiresInSeconds: 600 })
   */
  signedUrl(photo: SignablePhoto, choice?: SignedUrlChoice): string
}

/**
 * Makes a client with a key, and with the calls that only back ends make. It holds no connection and need not be closed.
 *
 * @throws TintypeError `INVALID_REQUEST` if the URL is neither http(s) nor root-relative, the key is missing, or the signing key is not valid
 * @example
 * const tintype = createTintypeServer({ url: 'https://photos.example.com', key })
 * const { token } = await tintype.tokens.createUpload.mutate({ owner: user.id })
 */
export function createTintypeServer({ key, signingKey, ...options }: TintypeServerOptions): TintypeServer {
  if (!key)
    throw new TintypeError('INVALID_REQUEST', 'The key is missing: expected an API key, such as ttk_…')
  const connected = { ...options, token: key }
  const client = createTintypeClient(connected)
  const sign = signingKey === undefined ? undefined : createUrlSigner(signingKey)
  return {
    ...client,
    ...createServerProcedures(createCalls(createConnection(connected), options.retry)),
    signedUrl(photo, choice) {
      if (!sign)
        throw new TintypeError(
          'INVALID_REQUEST',
          'signedUrl needs the signingKey that "tintype keys derive media-url" prints',
        )
      return sign(photo, { ...choice, url: client.url })
    },
  }
}

/** The procedures that only back ends call. */
function createServerProcedures({
  query,
  mutation,
}: Calls): Omit<ServerProcedures, 'tokens'> & { readonly tokens: TokenProcedures } {
  return {
    keys: {
      create: mutation('keys.create'),
      list: query('keys.list'),
      rotate: mutation('keys.rotate'),
      revoke: mutation('keys.revoke'),
    },
    tokens: { createUpload: mutation('tokens.createUpload'), revoke: mutation('tokens.revoke') },
    owners: { usage: query('owners.usage'), setQuota: mutation('owners.setQuota') },
    audit: { list: query('audit.list') },
  }
}
