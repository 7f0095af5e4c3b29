/** The typed client of Tintype, for browsers and Node. */
export type {
  ErrorCode,
  ErrorFacts,
  LocalErrorCode,
  Photo,
  PhotoFormat,
  PhotoId,
  PhotoPage,
  Rendition,
  RenditionFit,
  RenditionFormat,
  SystemLimits,
  Thumbnail,
  TintypeErrorCode,
  TintypeErrorOptions,
} from '@tintype/contract'
export { isPhotoId, isTintypeError, TintypeError } from '@tintype/contract'
export type { FailedAttempt, RetryOptions } from './backoff.ts'
export type { ConnectionOptions, RequestHeaders } from './connection.ts'
export type { Procedures } from './create-procedures.ts'
export { createTintypeClient, type TintypeClient } from './create-tintype-client.ts'
export { createUploader, type Uploader, type UploaderOptions } from './create-uploader.ts'
export {
  type MediaBase,
  type MediaChoice,
  mediaUrl,
  type PhotoReference,
  type PresetName,
  type SrcsetChoice,
  srcset,
} from './media-url.ts'
export type { OverallProgress, UploadAllProgress } from './track-all.ts'
export type { UploadProgress } from './track-progress.ts'
export type { SettledUpload, UploadAllOptions, UploadInputs, UploadOutcome } from './upload-all.ts'
export type { UploadInput } from './upload-input.ts'
export type { PhotoDescription, UploadOptions } from './upload-options.ts'
