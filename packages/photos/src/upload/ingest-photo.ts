import type { PhotoRecord } from '@tintype/catalog'
import { parseInput, photoTextInput } from '@tintype/contract/schemas'
import type { ImageFacts, RenderedImage } from '@tintype/imaging'
import { thumbnailTarget } from '../renditions/thumbnail-target.ts'
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
  /** To be stored with its row; absent of a replay, and if only the header was read. */
  readonly thumbnail?: RenderedImage | undefined
}

/**
 * The way of an upload from socket to committed row, read downwards. Once it resolves, bytes and row survive a
 * crash. When it rejects, neither exists, unless the outcome of the commit is unknown: then the bytes stay for the sweep.
 * Bytes come before their row: a crash in between leaves an orphan that the sweep sets aside, never a photo without bytes.
 *
 * @throws every upload code of the contract, and the signal's reason
 */
export async function ingestPhoto(upload: UploadRequest, deps: IngestDependencies): Promise<IngestedPhoto> {
  await using staged = deps.staging.begin()
  const { imaging, inspection } = deps
  imaging.warm() // a decoder starts while the bytes arrive

  // split · identify · measure · stage: back-pressure from the disk to the socket
  const { file, words } = await receiveUpload(upload, staged, deps.limits)
  const text = parseInput(photoTextInput, { title: words.title, alt: words.alt, tags: words.tags })

  // the same upload once more is answered like the first
  const earlier = await replayUpload(upload, file.sha256, deps.catalog)
  if (earlier) return { photo: earlier, isReplay: true }

  // inspect: header, pixel cap, orientation, and, unless headers are enough, decodes?, placeholder, thumbnail
  const source = { path: file.source.path }
  const { signal } = upload
  const inspected: ImageFacts & { readonly thumbnail?: RenderedImage } =
    inspection === 'header'
      ? await imaging.readFacts(source, file.format, { signal })
      : await imaging.inspect(source, file.format, { signal, thumbnail: thumbnailTarget })
  const { thumbnail, ...facts } = inspected

  // store · record: the row is the commit
  const checked = { file, facts, text, filename: words.filename }
  const { photo, isReplay } = await commitPhoto(checked, upload, deps)
  return isReplay ? { photo, isReplay } : { photo, isReplay, thumbnail }
}
