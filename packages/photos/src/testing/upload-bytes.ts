import type { PhotoLibrary } from '../photo-library.ts'
import type { FinishOptions, UploadAnswer, UploadDetails } from '../upload/upload-session.ts'

/** Uploads bytes in one chunk. The chunk is a copy, because staging frees the buffers that it has written. */
export async function uploadBytes(
  library: PhotoLibrary,
  bytes: Uint8Array,
  details: UploadDetails = {},
  options: FinishOptions = {},
): Promise<UploadAnswer> {
  await using session = library.beginUpload()
  await session.write(Uint8Array.from(bytes))
  return await session.finish(details, options)
}
