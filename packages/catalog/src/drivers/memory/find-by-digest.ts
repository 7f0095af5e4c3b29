import type { DigestQuery } from '../../digest-lookup.ts'
import type { PhotoRecord } from '../../photo-catalog.ts'
import { createPacer } from './pacer.ts'

/** One photo for each digest, in the order of the digests. */
export function* findByDigest(
  entries: Iterable<{ readonly photo: PhotoRecord }>,
  { digests, owner, isPublic }: DigestQuery,
): Generator<void, PhotoRecord[]> {
  const isTimeOver = createPacer()
  const wanted = new Set(digests)
  const found = new Map<string, PhotoRecord>()
  for (const { photo } of entries) {
    if (isTimeOver()) yield
    if (!wanted.has(photo.sha256)) continue
    if (owner !== undefined && photo.owner !== owner) continue
    if (isPublic && photo.visibility !== 'public') continue
    found.set(photo.sha256, photo)
  }
  return [...wanted].flatMap((digest) => found.get(digest) ?? [])
}
