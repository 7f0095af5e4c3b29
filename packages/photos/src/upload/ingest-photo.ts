import { parseInput, photoTextInput } from '@tintype/contract/schemas'
import type { ImageFacts, RenderedImage } from '@tintype/imaging'
import { thumbnailTarget } from '../renditions/thumbnail-target.ts'
import { assertSha256 } from './assert-sha256.ts'
import { type CommittedPhoto, commitPhoto } from './commit-photo.ts'
import type { IncomingFile } from './incoming-file.ts'
import type { IngestDependencies } from './ingest-dependencies.ts'
import { openTerms } from './photo-terms.ts'
import { replayUpload } from './replay-upload.ts'
import type { FinishOptions, UploadDetails } from './upload-session.ts'

/**
 * An upload from its last byte to its committed row, read downwards. While the bytes arrived, `file` has identified,
 * measured and staged them.
 *
 * Once this resolves, bytes and row survive a crash. If it rejects, neither exists, unless the outcome of the commit is
 * unknown: then the bytes stay for the sweep. Bytes come before their row: a crash in between leaves an orphan that the
 * sweep sets aside, never a photo without bytes. The staged bytes are removed either way.
 *
 * @throws every upload code of the contract, and the signal's reason
 */
export async function ingestPhoto(
  file: IncomingFile,
  details: UploadDetails,
  { expectedSha256 = [], signal, share = '', terms = openTerms, assertAllowed, ...identity }: FinishOptions,
  deps: IngestDependencies,
): Promise<CommittedPhoto> {
  await using _bytes = file
  const { imaging, inspection, catalog } = deps

  // identify · measure · stage: completed with the last byte
  const staged = await file.finish()
  assertSha256(staged.sha256, expectedSha256)
  const { filename, title, alt, tags } = details
  const text = parseInput(photoTextInput, { title, alt, tags })

  // the same upload once more gets the first one's answer
  const earlier = await replayUpload(identity, staged.sha256, catalog)
  if (earlier) return { photo: earlier, isReplay: true }

  // inspect: header, pixel limit, orientation and, unless headers are enough, decode, placeholder, thumbnail
  const source = { path: staged.source.path }
  const wait = { signal, lane: 'uploads', shares: new Set([share]), maxPixels: terms.maxPixels } as const
  const inspected: ImageFacts & { readonly thumbnail?: RenderedImage } =
    inspection === 'header'
      ? await imaging.readFacts(source, staged.format, wait)
      : await imaging.inspect(source, staged.format, { ...wait, thumbnail: thumbnailTarget })
  const { thumbnail, ...facts } = inspected

  // store · record: the row is the commit
  await assertAllowed?.()
  const checked = { file: staged, facts, thumbnail, text, filename, terms }
  return await commitPhoto(checked, { ...identity, signal }, deps)
}
