import { resolve } from 'node:path'
import type { ClaimRules, JwtKeySource, Rate } from '@tintype/access'
import type { QuotaLimits } from '@tintype/catalog'
import type { Visibility } from '@tintype/contract'
import type { accessModes, signedCaches } from '../choices.ts'
import type { VariableValues } from '../variables.ts'

/** Where the keys of JWTs come from. A secret is text: a configuration is plain data that can be frozen. */
export type JwtKeySettings =
  | Exclude<JwtKeySource, { readonly kind: 'secret' }>
  | { readonly kind: 'secret'; readonly text: string }

/** How the application's JWTs are verified. */
export interface JwtSettings extends ClaimRules {
  readonly keys: JwtKeySettings
  readonly issuer: string
  readonly audience: string
}

/** The rates that were set. Which ones a server without them uses depends on its mode. */
export interface RateSettings {
  readonly caller?: Rate | undefined
  readonly anonymous?: Rate | undefined
  readonly upload?: Rate | undefined
}

/** Who may do what, as it is configured. Has secrets in it: it is never logged. */
export interface AccessSettings {
  readonly mode: (typeof accessModes)[number]
  /** Whether the operator named the mode; otherwise it follows from the address. */
  readonly isModeChosen: boolean
  /** SHA-256 of the operator's key, 64 lower-case hex digits. */
  readonly adminKeyHash?: string | undefined
  /** The file that has the operator's key in it. Absolute. */
  readonly adminKeyFile?: string | undefined
  /** `kid:base64url,…`; valid. */
  readonly signingSecrets?: string | undefined
  readonly signedUrlMaxLifeSeconds: number
  readonly signedCache: (typeof signedCaches)[number]
  readonly defaultVisibility: Visibility
  /** Absent if no JWTs are accepted. */
  readonly jwt?: JwtSettings | undefined
  readonly rates: RateSettings
  /** Addresses and CIDR ranges. */
  readonly trustedProxies: readonly string[]
  readonly ownerQuota: QuotaLimits
  readonly auditRetentionSeconds: number
  readonly edgeSecret?: string | undefined
}

/** The rates of a closed server for which none are set. */
const closedRates = {
  caller: { count: 600, periodMs: 60_000 },
  anonymous: { count: 1200, periodMs: 60_000 },
  upload: { count: 120, periodMs: 60_000 },
} as const satisfies RateSettings

/** @param options.isLoopback whether only this machine can reach the address */
export function toAccessSettings(
  values: VariableValues,
  { isLoopback }: { readonly isLoopback: boolean },
): AccessSettings {
  const mode = values.access ?? (isLoopback || values.isOpen ? 'open' : 'closed')
  const defaults: RateSettings = mode === 'closed' ? closedRates : {}
  return {
    mode,
    isModeChosen: values.access !== undefined,
    adminKeyHash: values.adminKeyHash,
    adminKeyFile: values.adminKeyFile && resolve(values.adminKeyFile),
    signingSecrets: values.signingSecrets,
    signedUrlMaxLifeSeconds: values.signedUrlMaxLifeSeconds,
    signedCache: values.signedCache,
    defaultVisibility: values.defaultVisibility,
    jwt: toJwtSettings(values),
    rates: {
      caller: values.callerRate ?? defaults.caller,
      anonymous: values.anonymousRate ?? defaults.anonymous,
      upload: values.uploadRate ?? defaults.upload,
    },
    trustedProxies: values.trustedProxies,
    ownerQuota: { maxPhotos: values.ownerMaxPhotos, maxBytes: values.ownerMaxBytes },
    auditRetentionSeconds: values.auditRetentionSeconds,
    edgeSecret: values.edgeSecret,
  }
}

/** `undefined` also if something is missing, which is a conflict then. */
function toJwtSettings(values: VariableValues): JwtSettings | undefined {
  const { jwtIssuer: issuer, jwtAudience: audience } = values
  const keys = keySourceOf(values)
  if (keys === undefined || issuer === undefined || audience === undefined) return undefined
  const { jwtOwnerClaim: ownerClaim, jwtScopesClaim: scopesClaim, jwtScopes: defaultScopes } = values
  return { keys, issuer, audience, ownerClaim, scopesClaim, defaultScopes }
}

function keySourceOf({ jwksUrl, jwtSecret, jwtPublicKey }: VariableValues): JwtKeySettings | undefined {
  if (jwksUrl !== undefined) return { kind: 'jwks', url: jwksUrl }
  if (jwtPublicKey !== undefined) return { kind: 'public-key', pem: jwtPublicKey }
  return jwtSecret === undefined ? undefined : { kind: 'secret', text: jwtSecret }
}
