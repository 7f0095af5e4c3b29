import type { Visibility } from '@tintype/contract'
import type { accessModes, jwtScopes, signedCaches } from '../choices.ts'

/** The settings of access of an embedded Tintype. `access: 'closed'` is needed for most of them. */
export interface TintypeAccessSettings {
  /**
   * Who may do what: `open` everyone everything, `closed` each caller what its credential allows. An application that checks
   * its requests itself can use `open`. Required if `publicUrl` is on another host, unless `open` is set. @default 'open'
   */
  readonly access?: (typeof accessModes)[number] | undefined
  /** A key with every right: an API key, or 32 to 1000 visible ASCII characters. If it is omitted, one is made. */
  readonly adminKey?: string | undefined
  /** File that has the admin key in it, instead of `adminKey`. */
  readonly adminKeyFile?: string | undefined
  /** Secrets that sign upload tokens and URLs, each `id:base64url` of at least 32 bytes. If omitted, one is made. */
  readonly signingSecrets?: readonly string[] | string | undefined
  /** Longest life of a signed URL, `1s` to `7d`. @default '7d' */
  readonly signedUrlMaxAge?: string | undefined
  /** Caches that may keep media with a signed URL. @default 'private' */
  readonly signedCache?: (typeof signedCaches)[number] | undefined
  /** Visibility of a photo whose upload names none. @default 'public' */
  readonly defaultVisibility?: Visibility | undefined
  /** URL of the JSON Web Key Set that verifies JWTs. */
  readonly jwtJwksUrl?: string | undefined
  /** Secret that verifies JWTs (HS256): at least 32 bytes. */
  readonly jwtSecret?: string | undefined
  /** Public key that verifies JWTs, as PEM. */
  readonly jwtPublicKey?: string | undefined
  /** The `iss` of every JWT. */
  readonly jwtIssuer?: string | undefined
  /** The `aud` of every JWT. */
  readonly jwtAudience?: string | undefined
  /** JSON pointer to the claim that names the owner. @default '/sub' */
  readonly jwtOwnerClaim?: string | undefined
  /** JSON pointer to the claim with the scopes. */
  readonly jwtScopesClaim?: string | undefined
  /** Scopes of every JWT without that claim. @default ['read', 'upload', 'manage'] */
  readonly jwtScopes?: readonly (typeof jwtScopes)[number][] | undefined
  /** Requests of each caller, such as `600/m`. */
  readonly rateLimit?: string | undefined
  /** Requests without a credential from each address, such as `1200/m`. */
  readonly anonymousRateLimit?: string | undefined
  /** Uploads of each caller, such as `120/m`. */
  readonly uploadRateLimit?: string | undefined
  /** Addresses and CIDR ranges of proxies whose `X-Forwarded-For` is read. @default [] */
  readonly trustedProxies?: readonly string[] | undefined
  /** Most photos that an owner can have. */
  readonly ownerMaxPhotos?: number | undefined
  /** Most bytes of an owner's originals: bytes, or a text such as `1gb`. */
  readonly ownerMaxBytes?: number | string | undefined
  /** How long the audit log is kept. @default '90d' */
  readonly auditRetention?: string | undefined
  /** Secret of an edge that verifies signed URLs itself. */
  readonly edgeSecret?: string | undefined
}
