import { createHash, createHmac, sign } from 'node:crypto'
import { endOfWindow, TintypeError } from '@tintype/contract'

/** For how long an edge's URL is valid. */
export interface EdgeSigning {
  /**
   * Whole seconds, at least 1. The same URL comes out for a quarter of that time, so that caches can keep it.
   *
   * @default 3600
   */
  readonly expiresInSeconds?: number | undefined
  /**
   * The time at which it is signed: Unix time, milliseconds.
   *
   * @default now
   */
  readonly nowMs?: number | undefined
}

/** What nginx verifies with. */
export interface NginxSigning extends EdgeSigning {
  /** The text after `$uri` in `secure_link_md5 "$secure_link_expires$uri SECRET"`. */
  readonly secret: string
}

/** What CloudFront verifies with. */
export interface CloudFrontSigning extends EdgeSigning {
  /** Id of the public key in CloudFront, such as `K2JCJMDEHXQW5F`. */
  readonly keyPairId: string
  /** PEM of the private key: RSA of 2048 bits, or ECDSA with the curve P-256. */
  readonly privateKey: string
}

/** What Cloudflare verifies with. */
export interface CloudflareSigning extends EdgeSigning {
  /** The first argument of `is_timed_hmac_valid_v0`. */
  readonly secret: string
}

/**
 * Signs URLs for edges that verify them without Tintype. Each function returns the URL with a signature in its query. The URL
 * must have no query, fragment or escapes; that of nginx and Cloudflare may be root-relative.
 *
 * @throws TintypeError `INVALID_REQUEST` for another URL, a life that is not at least one whole second, or a key that cannot sign
 */
export const signFor = {
  /**
   * For nginx's module `secure_link`, which must be set up with `secure_link $arg_md5,$arg_expires;` and
   * `secure_link_md5 "$secure_link_expires$uri SECRET";`. The URL is valid for up to a quarter longer than asked for.
   *
   * @see https://nginx.org/en/docs/http/ngx_http_secure_link_module.html
   */
  nginx(url: string, { secret, ...life }: NginxSigning): string {
    const { pathname } = readUrl(url)
    const expires = endSecondsOf(pathname, life)
    const text = `${expires}${pathname} ${secret}`
    return `${url}?md5=${createHash('md5').update(text).digest('base64url')}&expires=${expires}`
  },

  /**
   * For CloudFront, with a canned policy and SHA-256. The URL must be absolute, and is valid for up to a quarter longer than
   * asked for.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html
   */
  cloudfront(url: string, { keyPairId, privateKey, ...life }: CloudFrontSigning): string {
    const { pathname, isAbsolute } = readUrl(url)
    if (!isAbsolute) throw new TintypeError('INVALID_REQUEST', 'CloudFront needs an absolute URL')
    const expires = endSecondsOf(pathname, life)
    const statement = { Resource: url, Condition: { DateLessThan: { 'AWS:EpochTime': expires } } }
    const policy = Buffer.from(JSON.stringify({ Statement: [statement] }))
    const signature = signPolicy(policy, privateKey)
      .replaceAll('+', '-')
      .replaceAll('=', '_')
      .replaceAll('/', '~')
    return `${url}?Expires=${expires}&Signature=${signature}&Key-Pair-Id=${keyPairId}&Hash-Algorithm=SHA256`
  },

  /**
   * For Cloudflare's `is_timed_hmac_valid_v0("SECRET", http.request.uri, LIFE, http.request.timestamp.sec, 8)`: the parameter is
   * named `verify`, and 8 is the length of `?verify=`. LIFE must be `expiresInSeconds`. The URL is valid for that time or up to
   * a quarter less, because Cloudflare counts from its time stamp.
   *
   * @see https://developers.cloudflare.com/waf/custom-rules/use-cases/configure-token-authentication/
   */
  cloudflare(url: string, { secret, expiresInSeconds = 3600, nowMs }: CloudflareSigning): string {
    const { pathname } = readUrl(url)
    const windowSeconds = Math.max(1, Math.floor(expiresInSeconds / 4))
    const end = endSecondsOf(pathname, { expiresInSeconds, nowMs })
    const timestamp = end - expiresInSeconds - windowSeconds + 1
    const mac = createHmac('sha256', secret).update(`${pathname}${timestamp}`).digest('base64')
    return `${url}?verify=${timestamp}-${encodeURIComponent(mac)}`
  },
} as const

/** The signature in base64. */
function signPolicy(policy: Buffer, privateKey: string): string {
  try {
    return sign('sha256', policy, privateKey).toString('base64')
  } catch (cause) {
    throw new TintypeError(
      'INVALID_REQUEST',
      'The privateKey cannot sign: expected an RSA or ECDSA key as PEM',
      {
        cause,
      },
    )
  }
}

function endSecondsOf(
  pathname: string,
  { expiresInSeconds = 3600, nowMs = Date.now() }: EdgeSigning,
): number {
  if (!Number.isSafeInteger(expiresInSeconds) || expiresInSeconds < 1)
    throw new TintypeError('INVALID_REQUEST', 'expiresInSeconds must be a whole number of at least 1')
  const hash = createHash('sha256').update(pathname).digest().readUInt32BE()
  return endOfWindow(hash, { lifeSeconds: expiresInSeconds, nowSeconds: nowMs / 1000 })
}

/** The path as it is requested. */
function readUrl(url: string): { readonly pathname: string; readonly isAbsolute: boolean } {
  const [, origin, pathname] = /^(https?:\/\/[^/?#\s]+)?(\/[^?#\s%]*)$/.exec(url) ?? []
  if (pathname === undefined)
    throw new TintypeError(
      'INVALID_REQUEST',
      'Expected an absolute or root-relative URL without a query, a fragment or escapes',
    )
  return { pathname, isAbsolute: origin !== undefined }
}
