/** Uploads many files in the background of a page, and goes on after the server or the network was away. */
export { createUploadQueue } from './queue/create-upload-queue.ts'
export type {
  UploadItem,
  UploadItemState,
  UploadQueue,
  UploadQueueClient,
  UploadQueueOptions,
  UploadSnapshot,
  UploadTotals,
  UploadTwin,
} from './queue/upload-queue.ts'
export type { PrepareContext, PrepareFile } from './upload/prepare-file.ts'
