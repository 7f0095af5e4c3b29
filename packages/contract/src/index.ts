/**
 * What crosses the wire: shapes, the error table, media URLs. Runs in browsers and has no dependencies. The input schemas need
 * zod, so they are under `@tintype/contract/schemas`.
 */
export type { ApiKey, ApiKeyLimits, CreatedApiKey } from './api-key.ts'
export type { AuditEntry, AuditPage } from './audit-entry.ts'
export {
  type Actor,
  type AuditSource,
  actorOf,
  anonymousCaller,
  type Caller,
  type CallerKind,
  type CallerLimits,
  openCaller,
  type PhotoScope,
  refusalOf,
} from './caller.ts'
export type { DeleteOutcome } from './delete-outcome.ts'
export {
  type ErrorCode,
  type ErrorFacts,
  type ErrorSource,
  errorTable,
  type FactsOf,
  isErrorCode,
  isTintypeError,
  type LocalErrorCode,
  TintypeError,
  type TintypeErrorCode,
  type TintypeErrorConstructor,
  type TintypeErrorJson,
  type TintypeErrorOf,
  type TintypeErrorOptions,
} from './errors.ts'
export type { FactsByCode } from './facts/facts-by-code.ts'
export { type Failure, fromFailure, toCause, toFailure } from './failure.ts'
export {
  type MediaSigning,
  type MediaUrlChoice,
  mediaReferenceOf,
  signatureSubjectOf,
  signatureTextOf,
  writeMediaSignature,
} from './media-signature.ts'
export { isPhotoId, type MediaReference, originalPath, parseMediaPath, renditionPath } from './media-urls.ts'
export type { OwnerUsage } from './owner-usage.ts'
export {
  fileTypes,
  type Photo,
  type PhotoFormat,
  type PhotoId,
  type PhotoPage,
  photoFormats,
  type Rendition,
  type RenditionFit,
  type RenditionFormat,
  renditionFits,
  renditionFormats,
  renditionMimeTypes,
  type SystemLimits,
  type Thumbnail,
} from './photo.ts'
export { type PhotoChange, type PhotoChangeType, photoChangeTypes } from './photo-change.ts'
export { fromProblem, type Problem, problemMediaType, toProblem } from './problem.ts'
export {
  defaultRenditionFormat,
  ladder,
  ladderWidthFor,
  maxSideByFormat,
  nameRendition,
  parseRenditionName,
  presets,
  type RenditionChoice,
} from './renditions.ts'
export { type Right, rights, rightsOfScopes, type Scope, scopes, serverWideRights } from './rights.ts'
export { foldForSearch } from './search/fold-for-search.ts'
export { matchesSearch } from './search/matches-search.ts'
export { shorten } from './shorten.ts'
export { type SignatureCover, type SignedUrl, signatureCovers } from './signed-url.ts'
export { endOfWindow, longestRestSeconds } from './signing-window.ts'
export type { SystemAbout } from './system-about.ts'
export {
  type PhotoMetadata,
  type UploadGrant,
  type UploadTerms,
  type UploadToken,
  type Visibility,
  visibilities,
} from './upload-grant.ts'
