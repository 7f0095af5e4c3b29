import type { PhotoRecord } from '../../photo-catalog.ts'
import type { TagQuery } from '../../tag-change.ts'
import { createPacer } from './pacer.ts'

/** Tags of these photos, each once, ascending by their bytes, as databases compare. */
export function* listTags(
  entries: Iterable<{ readonly photo: PhotoRecord }>,
  { prefix, limit, owner, isPublic }: TagQuery,
): Generator<void, string[]> {
  const isTimeOver = createPacer()
  const found = new Set<string>()
  for (const { photo } of entries) {
    if (isTimeOver()) yield
    if (owner !== undefined && photo.owner !== owner) continue
    if (isPublic && photo.visibility !== 'public') continue
    for (const tag of photo.tags) if (tag.startsWith(prefix)) found.add(tag)
  }
  return [...found].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))).slice(0, limit)
}
