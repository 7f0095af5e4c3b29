/**
 * Who may do what: API keys, upload tokens, the application's JWTs, signed media URLs and rates. Knows neither HTTP nor
 * the catalog nor the environment.
 */

export { addressGroupOf } from './address-group.ts'
export { hashApiKey, makeApiKey, type NewApiKey, parseAdminKey, parseApiKey } from './api-key.ts'
export {
  type ApiKeyReader,
  type ApiKeyRecord,
  type ApiKeys,
  type ApiKeysOptions,
  createApiKeys,
  endAfterOverlap,
} from './api-keys.ts'
export { assertMintable, assertOtherKey, type CredentialWish } from './assert-mintable.ts'
export { clientAddressOf, parseTrustedProxies, type TrustedProxies } from './client-address.ts'
export { type Credential, type CredentialKind, readCredential } from './credential.ts'
export { type JsonPointer, parseJsonPointer } from './json-pointer.ts'
export {
  createJwtVerifier,
  type JwksTimes,
  type JwtKeySource,
  type JwtOptions,
  type JwtVerifier,
  parseJwksUrl,
} from './jwt.ts'
export type { ClaimRules } from './jwt-claims.ts'
export {
  createRateLimiter,
  createRefusalLimiter,
  type LimiterOptions,
  parseRate,
  type Rate,
  type RateLimiter,
  type RefusalLimiter,
} from './rate-limits.ts'
export {
  type MediaPermit,
  type MediaUrlWish,
  type SignatureCover,
  type SignedUrlOptions,
  signMediaUrl,
  verifyMediaUrl,
} from './signed-url.ts'
export {
  createSigner,
  deriveSigningKey,
  makeSigningSecret,
  parseSigningSecrets,
  type Signer,
  type SigningPurpose,
  type SigningSecret,
} from './signing-secrets.ts'
export { narrowestBounds, type UploadBounds } from './upload-limits.ts'
export {
  mintUploadToken,
  type NewUploadToken,
  type UploadTokenWish,
  verifyUploadToken,
} from './upload-token.ts'
