import type { TintypeSettings } from './tintype-settings.ts'

/** What a value in JavaScript can be for an option. */
export type OptionShape = 'text' | 'number' | 'boolean' | 'list'

type ShapeOf<Value> = Value extends string
  ? 'text'
  : Value extends number
    ? 'number'
    : Value extends boolean
      ? 'boolean'
      : 'list'

/** The shapes that each option accepts: the compiler compares them with the types of `TintypeSettings`. */
type ShapesOfOptions = {
  readonly [Name in keyof Required<TintypeSettings>]: {
    readonly [Shape in ShapeOf<NonNullable<TintypeSettings[Name]>>]: true
  }
}

const text = { text: true } as const
const number = { number: true } as const
const numberOrText = { number: true, text: true } as const
const list = { list: true } as const

/** Every option with the shapes that it accepts. */
export const optionShapes: ShapesOfOptions = {
  dataDirectory: text,
  requireMount: list,
  storageUrl: text,
  databaseUrl: text,
  databaseListenUrl: text,
  durability: text,
  inspection: text,
  eagerRenditions: text,
  renditionCache: numberOrText,
  renditionCachePerPhoto: numberOrText,
  eventRetention: text,
  quarantineRetention: text,
  publicUrl: text,
  basePath: text,
  accelPrefix: text,
  mediaDelivery: text,
  staticDirectory: text,
  maxUploadSize: numberOrText,
  allowedFormats: list,
  maxPixels: number,
  maxConcurrentUploads: number,
  decoders: number,
  uploadIdleTimeout: text,
  corsOrigins: list,
  corsHeaders: list,
  allowedHosts: list,
  open: { boolean: true },
  access: text,
  adminKey: text,
  adminKeyFile: text,
  signingSecrets: { list: true, text: true },
  signedUrlMaxAge: text,
  signedCache: text,
  defaultVisibility: text,
  jwtJwksUrl: text,
  jwtSecret: text,
  jwtPublicKey: text,
  jwtIssuer: text,
  jwtAudience: text,
  jwtOwnerClaim: text,
  jwtScopesClaim: text,
  jwtScopes: list,
  rateLimit: text,
  anonymousRateLimit: text,
  uploadRateLimit: text,
  trustedProxies: list,
  ownerMaxPhotos: number,
  ownerMaxBytes: numberOrText,
  auditRetention: text,
  edgeSecret: text,
}

/** The shape of a value; `undefined` if no option can have it. */
export function shapeOf(value: unknown): OptionShape | undefined {
  if (typeof value === 'string') return 'text'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? 'list' : undefined
}
