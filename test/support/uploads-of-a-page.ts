/** What a page imports that uploads in the background. */
export { createUploader } from '@tintype/client'
export { createUploadQueue } from '@tintype/client/queue'
