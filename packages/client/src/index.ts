/** The typed client of Tintype, for browsers and Node. */

export type {
  CallOptions,
  PhotoChangeInput,
  PhotoChangeListeners,
  PhotoChangeStream,
  PhotoDeleteManyInput,
  PhotoFindByDigestInput,
  PhotoIdInput,
  PhotoListInput,
  PhotoMoveInput,
  PhotoProcedures,
  PhotoTagManyInput,
  PhotoUpdateInput,
  Procedures,
  SystemProcedures,
  TagListInput,
  TagProcedures,
  ThumbnailCreateInput,
  ThumbnailListInput,
  ThumbnailProcedures,
  UrlProcedures,
  UrlSignInput,
} from '@tintype/api/procedures'
export type {
  DeleteOutcome,
  ErrorCode,
  ErrorFacts,
  ErrorSource,
  FactsByCode,
  FactsOf,
  LocalErrorCode,
  Photo,
  PhotoChange,
  PhotoChangeType,
  PhotoFormat,
  PhotoId,
  PhotoMetadata,
  PhotoPage,
  Problem,
  Rendition,
  RenditionFit,
  RenditionFormat,
  Right,
  SignatureCover,
  SignedUrl,
  SystemAbout,
  SystemLimits,
  Thumbnail,
  TintypeErrorCode,
  TintypeErrorConstructor,
  TintypeErrorJson,
  TintypeErrorOf,
  TintypeErrorOptions,
  Visibility,
} from '@tintype/contract'
export { isPhotoId, isTintypeError, TintypeError } from '@tintype/contract'
export { createTintypeClient, type TintypeClient } from './create-tintype-client.ts'
export {
  type MediaBase,
  type MediaChoice,
  mediaUrl,
  type PhotoReference,
  type PresetName,
  type SrcsetChoice,
  srcset,
} from './media-url.ts'
export type { FailedAttempt, PlannedRetry, RetryOptions } from './transport/backoff.ts'
export type { ConnectionOptions, RequestHeaders, TokenSource } from './transport/connection.ts'
export { createUploader, type Uploader, type UploaderOptions } from './upload/create-uploader.ts'
export type { PrepareContext, PrepareFile } from './upload/prepare-file.ts'
export type { OverallProgress, UploadAllProgress } from './upload/track-all.ts'
export type { UploadProgress } from './upload/track-progress.ts'
export type { SettledUpload, UploadAllOptions, UploadInputs, UploadOutcome } from './upload/upload-all.ts'
export type { NativeFile, UploadInput } from './upload/upload-input.ts'
export type { PhotoDescription, UploadOptions } from './upload/upload-options.ts'
