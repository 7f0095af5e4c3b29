/** What Tintype does with photos: the use-cases over the ports. Knows neither HTTP nor any driver. */
export type { Media } from './find-media.ts'
export type { UploadLimits } from './limits.ts'
export type { Log } from './log.ts'
export {
  createPhotoLibrary,
  type LibraryDependencies,
  type PhotoLibrary,
  type UploadAnswer,
} from './photo-library.ts'
export { type SweepResult, sweepOrphans } from './sweep-orphans.ts'
export type { UploadRequest, UploadWords } from './upload-request.ts'
