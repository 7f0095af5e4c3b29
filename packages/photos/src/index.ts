/** What Tintype does with photos: the use-cases over the ports. Independent of HTTP and of every driver. */

export type { UploadLimits } from './limits.ts'
export type { Log } from './log.ts'
export { type BlobProblem, checkBlob, type ExpectedBytes } from './maintenance/check-blob.ts'
export { type CheckedLibrary, type CheckOptions, checkLibrary } from './maintenance/check-library.ts'
export { type CopyProgress, type CopyResult, copyLibrary } from './maintenance/copy-library.ts'
export { countMissingOriginals } from './maintenance/count-missing-originals.ts'
export { type Eviction, type EvictionOptions, evictRenditions } from './maintenance/evict-renditions.ts'
export type { CheckProgress, Finding } from './maintenance/finding.ts'
export { hasOriginals } from './maintenance/has-originals.ts'
export type { LibraryReaders } from './maintenance/library-readers.ts'
export {
  type BrokenPhoto,
  createQuarantine,
  type Kept,
  type Quarantine,
  type QuarantineDependencies,
} from './maintenance/quarantine/quarantine.ts'
export type { RenditionBudget } from './maintenance/rendition-budget.ts'
export { type Repair, type RepairTools, repairFinding } from './maintenance/repair-finding.ts'
export { orphanAgeMs, type SweepDependencies, startSweeps } from './maintenance/scheduled-sweeps.ts'
export type { Media, PublicMedia } from './media/find-media.ts'
export type { OpenMedia } from './media/media-cache.ts'
export type { ObtainOptions } from './media/obtain-media.ts'
export type { PresignedMedia, PresignMediaRequest } from './media/presign-media.ts'
export { copyBlob } from './moving/copy-blob.ts'
export { copyChanges, copyTables, readPages } from './moving/copy-tables.ts'
export type { BlobCopy, BrokenBlob, Move, MovedStores, MoveProgress } from './moving/move.ts'
export { createPace, type Pace } from './moving/pace.ts'
export { findRowBlobs, type RowBlob } from './moving/row-blobs.ts'
export { switchLibrary } from './moving/switch-library.ts'
export { newPhotoId } from './photo-id.ts'
export {
  createPhotoLibrary,
  type LibraryDependencies,
  type PhotoLibrary,
} from './photo-library.ts'
export { privateRefused } from './private-refused.ts'
export { assertSha256 } from './upload/assert-sha256.ts'
export { openTerms, type PhotoTerms, type TighterLimits } from './upload/photo-terms.ts'
export type { FinishOptions, UploadAnswer, UploadDetails, UploadSession } from './upload/upload-session.ts'
