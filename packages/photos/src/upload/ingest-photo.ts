import type { PhotoRecord } from '@tintype/catalog'
import { parseInput, photoTextInput } from '@tintype/contract/schemas'
import type { Preview } from '@tintype/imaging'
import { commitPhoto } from './commit-photo.ts'
import type { IngestDependencies } from './ingest-dependencies.ts'
import { receiveUpload } from './receive-upload.ts'
import { replayUpload } from './replay-upload.ts'
import type { UploadRequest } from './upload-request.ts'

/** A photo that is durable. */
export interface IngestedPhoto {
  readonly photo: PhotoRecord
  /** Whether an earlier upload is answered again. */
  readonly isReplay: boolean
  /** Its pixels, thumbnail-sized; absent of a replay, and where only its header was read. */
  readonly preview?: Preview | undefined
}

/**
 * The way of an upload from socket to committed row, read downwards. Once it resolves, bytes and row survive a
 * crash; when it rejects, neither exists. Bytes come before their row: a crash in between leaves an orphan that
 * the sweep sets aside, never a photo without bytes.
 *
 * @throws every upload code of the contract, and the signal's reason
 */
export async function ingestPhoto(upload: UploadRequest, deps: IngestDependencies): Promise<IngestedPhoto> {
  await using staged = deps.staging.begin()
  const { imaging, inspection } = deps
  imaging.warm() // a decoder starts while the bytes arrive

  // split · identify · measure · stage: back-pressure from the disk to the socket
  const { file, words } = await receiveUpload(upload, staged, deps.limits)
  using _ahead = imaging.holdBack() // thumbnails that nobody waits for can wait for this
  const text = parseInput(photoTextInput, { title: words.title, alt: words.alt, tags: words.tags })

  // the same upload once more is answered like the first
  const earlier = await replayUpload(upload, file.sha256, deps.catalog)
  if (earlier) return { photo: earlier, isReplay: true }

  // inspect: header, pixel cap, orientation, and, unless headers are to do, decodes?, placeholder
  const inspect = inspection === 'header' ? imaging.measure : imaging.inspect
  const { preview, ...facts } = await inspect({ path: file.source.path }, file.format, {
    signal: upload.signal,
  })

  // store · record: the row is the commit
  const checked = { file, facts, text, filename: words.filename }
  const { photo, isReplay } = await commitPhoto(checked, upload, deps)
  return isReplay ? { photo, isReplay } : { photo, isReplay, preview }
}
