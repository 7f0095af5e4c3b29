import type { PhotoRecord } from '../../photo-catalog.ts'
import type { TagQuery } from '../../tag-change.ts'

/** Tags of these photos, each once, ascending by their bytes, as databases compare. */
export function listTags(
  entries: Iterable<{ readonly photo: PhotoRecord }>,
  { prefix, limit, owner, isPublic }: TagQuery,
): string[] {
  const tags = [...entries]
    .map(({ photo }) => photo)
    .filter((photo) => owner === undefined || photo.owner === owner)
    .filter(({ visibility }) => !isPublic || visibility === 'public')
    .flatMap((photo) => photo.tags)
    .filter((tag) => tag.startsWith(prefix))
  return [...new Set(tags)]
    .sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    .slice(0, limit)
}
