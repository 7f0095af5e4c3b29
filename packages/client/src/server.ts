/** For the back end of an application: the client with a key, and the functions that sign. Needs Node's `crypto`. */

export type { UrlProcedures, UrlSignInput } from '@tintype/api/procedures'
export type {
  AuditListInput,
  AuditProcedures,
  KeyCreateInput,
  KeyIdInput,
  KeyProcedures,
  KeyRotateInput,
  OwnerProcedures,
  OwnerQuotaInput,
  OwnerUsageInput,
  TokenIdInput,
  UploadTokenInput,
} from '@tintype/api/server-procedures'
export type { TokenProcedures } from '@tintype/api/token-procedures'
export type {
  ApiKey,
  ApiKeyLimits,
  AuditEntry,
  AuditPage,
  CreatedApiKey,
  OwnerUsage,
  Scope,
  SignatureCover,
  SignedUrl,
  UploadToken,
} from '@tintype/contract'
export {
  createTintypeServer,
  type TintypeServer,
  type TintypeServerOptions,
} from './server/create-tintype-server.ts'
export type { CloudFrontSigning, CloudflareSigning, EdgeSigning, NginxSigning } from './server/sign-for.ts'
export { signFor } from './server/sign-for.ts'
export type { SignedUrlChoice } from './server/signed-url.ts'
