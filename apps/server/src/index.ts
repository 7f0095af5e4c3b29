/** Tintype inside a Node application. @see docs/embedding.md */
export type { LocalProcedures } from '@tintype/api'
export type {
  ErrorCode,
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
} from '@tintype/contract'
export { isTintypeError, TintypeError } from '@tintype/contract'
export { ConfigError } from './config/config-error.ts'
export type { TintypeSettings } from './config/tintype-settings.ts'
export { createTintype } from './embedding/create-tintype.ts'
export type {
  CloseOptions,
  KoaRequestContext,
  LocalCaller,
  Tintype,
  TintypeLog,
  TintypeOptions,
} from './embedding/tintype.ts'
