/** What Tintype does with photos: the use-cases over the ports. Knows neither HTTP nor any driver. */
export { type BlobProblem, type ExpectedBytes, isFaultOfBlob } from './check-blob.ts'
export { type CheckedLibrary, type CheckOptions, checkLibrary } from './check-library.ts'
export { type CopyProgress, type CopyResult, copyLibrary } from './copy-library.ts'
export { countMissingOriginals } from './count-missing-originals.ts'
export type { Media } from './find-media.ts'
export type { CheckProgress, Finding } from './finding.ts'
export { hasOriginals } from './has-originals.ts'
export type { OpenMedia } from './hot-media.ts'
export type { LibraryReaders } from './library-readers.ts'
export type { UploadLimits } from './limits.ts'
export type { Log } from './log.ts'
export {
  createPhotoLibrary,
  type LibraryDependencies,
  type PhotoLibrary,
  type UploadAnswer,
} from './photo-library.ts'
export { maxRenditionsAhead } from './renditions.ts'
export {
  type BrokenPhoto,
  type Kept,
  type Repair,
  type RepairTools,
  repairFinding,
} from './repair-finding.ts'
export { type SweepResult, sweepOrphans } from './sweep-orphans.ts'
export type { UploadRequest, UploadWords } from './upload-request.ts'
