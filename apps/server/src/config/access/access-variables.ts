import {
  parseAdminKey,
  parseJsonPointer,
  parseJwksUrl,
  parsePublicKey,
  parseRate,
  parseSigningSecrets,
  parseTrustedProxies,
} from '@tintype/access'
import { visibilities } from '@tintype/contract'
import { accessModes, jwtScopes, signedCaches } from '../choices.ts'
import {
  listOf,
  oneOf,
  optional,
  parseByteSize,
  parsePath,
  parseSeconds,
  refusing,
  ValueRefused,
  wholeNumber,
} from '../values.ts'
import type { Variable } from '../variable.ts'

const daySeconds = 86_400
const parseScopes = listOf(oneOf(jwtScopes))
const parseProxies = listOf(parseProxy)
const parsePhotoCount = wholeNumber('a number of photos', { min: 1, max: 1_000_000_000 })

/** The settings of access. Secrets keep the form in which they were given, and never reach a log. */
export const accessVariables = {
  access: {
    name: 'TINTYPE_ACCESS',
    default: '',
    meaning:
      'Who may do what: `open` everyone everything, `closed` each caller what its credential allows. Without it: `open` on a loopback address or with `TINTYPE_OPEN=1`, otherwise `closed`.',
    parse: optional(oneOf(accessModes)),
  },
  adminKeyHash: {
    name: 'TINTYPE_ADMIN_KEY',
    default: '',
    meaning:
      'A key with every right: an API key (`ttk_…`), or 32 to 1000 visible ASCII characters. Without it, and without an admin key in the catalog, a closed server makes one and writes it to `admin-key` in the data directory. With PostgreSQL it, or the file, is required.',
    isSecret: true,
    parse: optional((text) => refusing(parseAdminKey)(text).toString('hex')),
  },
  adminKeyFile: {
    name: 'TINTYPE_ADMIN_KEY_FILE',
    default: '',
    meaning:
      'File that has the admin key in it, instead of `TINTYPE_ADMIN_KEY`. A relative path starts at the working directory.',
    parse: optional(parsePath('a file')),
  },
  signingSecrets: {
    name: 'TINTYPE_SIGNING_SECRETS',
    default: '',
    meaning:
      'Secrets that sign upload tokens and URLs: `id:base64url` of at least 32 bytes, separated by commas; an id has 1 to 8 of `a-z0-9`. The first signs, all verify. Without them one is made and written to `signing-secrets` in the data directory. With PostgreSQL they are required.',
    isSecret: true,
    parse: optional((text) => {
      refusing(parseSigningSecrets)(text)
      return text
    }),
  },
  signedUrlMaxLifeSeconds: {
    name: 'TINTYPE_SIGNED_URL_MAX_AGE',
    default: '7d',
    meaning: 'Longest life of a signed URL, `1s` to `7d`, with a unit: `s`, `m`, `h` or `d`.',
    parse: parseSeconds({ min: 1, max: 7 * daySeconds, expected: 'a time from 1s to 7d' }),
  },
  signedCache: {
    name: 'TINTYPE_SIGNED_CACHE',
    default: 'private',
    meaning:
      'Caches that may keep media with a signed URL: `private` only the browser, `shared` also proxies and CDNs.',
    parse: oneOf(signedCaches),
  },
  defaultVisibility: {
    name: 'TINTYPE_DEFAULT_VISIBILITY',
    default: 'public',
    meaning:
      'Visibility of a photo whose upload names none: `public` everyone who knows its URL can see it, `private` only callers that may. Open servers have public photos only.',
    parse: oneOf(visibilities),
  },
  jwksUrl: {
    name: 'TINTYPE_JWT_JWKS_URL',
    default: '',
    meaning:
      "URL of the JSON Web Key Set that verifies your application's JWTs: https, or http on a loopback address.",
    parse: optional((text) => refusing(parseJwksUrl)(text).href),
  },
  jwtSecret: {
    name: 'TINTYPE_JWT_SECRET',
    default: '',
    meaning: "Secret that verifies your application's JWTs (HS256): at least 32 bytes, used as UTF-8.",
    isSecret: true,
    parse: optional((text) => {
      if (Buffer.byteLength(text) >= 32) return text
      throw new ValueRefused('expected at least 32 bytes')
    }),
  },
  jwtPublicKey: {
    name: 'TINTYPE_JWT_PUBLIC_KEY',
    default: '',
    meaning:
      "Public key that verifies your application's JWTs, as PEM (SPKI). Line breaks may be written as `\\n`.",
    parse: optional((text) => {
      const pem = text.replaceAll('\\n', '\n')
      refusing(parsePublicKey)(pem)
      return pem
    }),
  },
  jwtIssuer: {
    name: 'TINTYPE_JWT_ISSUER',
    default: '',
    meaning: 'The `iss` of every JWT. Required for JWTs.',
    parse: optional(parseClaimText),
  },
  jwtAudience: {
    name: 'TINTYPE_JWT_AUDIENCE',
    default: '',
    meaning: 'The `aud` of every JWT, or one member of it. Required for JWTs.',
    parse: optional(parseClaimText),
  },
  jwtOwnerClaim: {
    name: 'TINTYPE_JWT_OWNER_CLAIM',
    default: '/sub',
    meaning:
      'JSON pointer to the claim that names the owner; `~1` is a slash in a name, as in `/https:~1~1x.example~1owner`.',
    parse: refusing(parseJsonPointer),
  },
  jwtScopesClaim: {
    name: 'TINTYPE_JWT_SCOPES_CLAIM',
    default: '',
    meaning:
      'JSON pointer to the claim with the scopes: `read`, `upload`, `manage`, each also with `tintype:` before it. A JWT without the claim may do nothing then.',
    parse: optional(refusing(parseJsonPointer)),
  },
  jwtScopes: {
    name: 'TINTYPE_JWT_SCOPES',
    default: jwtScopes.join(','),
    meaning: 'Scopes of every JWT if `TINTYPE_JWT_SCOPES_CLAIM` is not set, separated by commas.',
    parse: (text: string) => {
      const chosen = parseScopes(text)
      if (chosen.length > 0) return chosen
      throw new ValueRefused(`expected at least one of ${jwtScopes.join(', ')}`)
    },
  },
  callerRate: {
    name: 'TINTYPE_RATE_LIMIT',
    default: '',
    meaning:
      'Requests of each caller: a number for each `s`, `m` or `h`, such as `600/m`, which is what a closed server uses without it. An open server has no rates without these variables.',
    parse: optional(refusing(parseRate)),
  },
  anonymousRate: {
    name: 'TINTYPE_ANONYMOUS_RATE_LIMIT',
    default: '',
    meaning:
      'Requests without a credential from each address, media not counted. A closed server uses `1200/m` without it.',
    parse: optional(refusing(parseRate)),
  },
  uploadRate: {
    name: 'TINTYPE_UPLOAD_RATE_LIMIT',
    default: '',
    meaning: 'Uploads of each caller. A closed server uses `120/m` without it.',
    parse: optional(refusing(parseRate)),
  },
  trustedProxies: {
    name: 'TINTYPE_TRUSTED_PROXIES',
    default: '',
    meaning:
      'Addresses and CIDR ranges of your proxies, separated by commas. Only their `X-Forwarded-For` is read.',
    parse: parseProxies,
  },
  ownerMaxPhotos: {
    name: 'TINTYPE_OWNER_MAX_PHOTOS',
    default: '',
    meaning: 'Most photos that an owner can have. Without it there is no such quota.',
    parse: optional(parsePhotoCount),
  },
  ownerMaxBytes: {
    name: 'TINTYPE_OWNER_MAX_BYTES',
    default: '',
    meaning:
      "Most bytes of an owner's originals, with units as in `TINTYPE_MAX_UPLOAD_SIZE`. Without it there is no such quota.",
    parse: optional(parseByteSize),
  },
  auditRetentionSeconds: {
    name: 'TINTYPE_AUDIT_RETENTION',
    default: '90d',
    meaning: 'How long the audit log is kept, `1h` to `3650d`, with a unit: `h` or `d`.',
    parse: parseSeconds({ min: 3600, max: 3650 * daySeconds, expected: 'a time from 1h to 3650d' }),
  },
  edgeSecret: {
    name: 'TINTYPE_EDGE_SECRET',
    default: '',
    meaning:
      'Secret of an edge that verifies signed URLs itself: a request for media with it in the header `Tintype-Edge` may read all media. 32 to 1000 visible ASCII characters.',
    isSecret: true,
    parse: optional((text) => {
      if (/^[!-~]{32,1000}$/.test(text)) return text
      throw new ValueRefused('expected 32 to 1000 visible ASCII characters')
    }),
  },
} as const satisfies Record<string, Variable<unknown>>

function parseProxy(text: string): string {
  try {
    parseTrustedProxies(text)
    return text
  } catch {
    throw new ValueRefused('expected addresses or ranges such as 10.0.0.0/8, separated by commas')
  }
}

function parseClaimText(text: string): string {
  if (/^[!-~]{1,500}$/.test(text)) return text
  throw new ValueRefused('expected 1 to 500 visible ASCII characters')
}
