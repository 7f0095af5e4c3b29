/**
 * Who may do what: API keys, upload tokens, the application's JWTs, signed media URLs and rates, and the
 * use-cases that make and change them. Knows neither HTTP nor the environment, and of the catalog only its port.
 */

export {
  type Authenticator,
  type AuthenticatorOptions,
  type CredentialRequest,
  createAuthenticator,
  openAuthenticator,
} from './authenticator.ts'
export { type Credential, type CredentialKind, readCredential } from './credential.ts'
export { type JsonPointer, parseJsonPointer } from './jwt/json-pointer.ts'
export {
  createJwtVerifier,
  type JwksTimes,
  type JwtKeySource,
  type JwtOptions,
  type JwtVerifier,
  parseJwksUrl,
  parsePublicKey,
} from './jwt/jwt.ts'
export type { ClaimRules } from './jwt/jwt-claims.ts'
export { hashApiKey, makeApiKey, type NewApiKey, parseAdminKey, parseApiKey } from './keys/api-key.ts'
export {
  type ApiKeyReader,
  type ApiKeys,
  type ApiKeysOptions,
  createApiKeys,
  endAfterOverlap,
} from './keys/api-keys.ts'
export { assertMintable, assertOtherKey, type CredentialChoice } from './keys/assert-mintable.ts'
export { addressGroupOf } from './limits/address-group.ts'
export { clientAddressOf, parseTrustedProxies, type TrustedProxies } from './limits/client-address.ts'
export {
  createRateLimiter,
  createRefusalLimiter,
  type LimiterOptions,
  parseRate,
  type Rate,
  type RateLimiter,
  type RefusalLimiter,
} from './limits/rate-limits.ts'
export { createMediaUrlVerifier, type MediaUrlVerifier } from './signing/media-url-verifier.ts'
export { createPhotoSigner, type PhotoSignerOptions } from './signing/photo-signer.ts'
export {
  type SignedUrlOptions,
  signMediaUrl,
  type VerifiedMediaUrl,
  verifyMediaUrl,
} from './signing/signed-url.ts'
export {
  createSigner,
  deriveSigningKey,
  makeSigningSecret,
  parseSigningSecrets,
  type Signer,
  type SigningPurpose,
  type SigningSecret,
} from './signing/signing-secrets.ts'
export { createMinterNames, type MinterNames } from './tokens/minter-names.ts'
export { narrowestBounds, type UploadBounds } from './tokens/upload-limits.ts'
export {
  mintUploadToken,
  type NewUploadToken,
  type UploadTokenChoice,
  verifyUploadToken,
} from './tokens/upload-token.ts'
export {
  createUploadTokens,
  type RevokedTokenReader,
  type UploadTokens,
  type UploadTokensOptions,
} from './tokens/upload-tokens.ts'
export {
  type AccessDependencies,
  type AccessUseCases,
  createAccessUseCases,
} from './use-cases/access-use-cases.ts'
export type { Requester } from './use-cases/audit-access.ts'
export { createKeyUseCases, type KeyChoice, type KeyUseCases } from './use-cases/key-use-cases.ts'
