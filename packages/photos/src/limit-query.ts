import type { ListQuery } from '@tintype/catalog'
import type { PhotoScope } from '@tintype/contract'

/**
 * The query for a caller: of its owner only, and of public photos only, if its scope says so. `undefined` if the caller can see
 * none of the photos.
 */
export function limitQuery(
  query: ListQuery,
  { owner = query.owner, includesPrivate }: PhotoScope,
): ListQuery | undefined {
  const visibility = includesPrivate ? query.visibility : 'public'
  const isHidden = visibility !== (query.visibility ?? visibility) || owner !== (query.owner ?? owner)
  return isHidden ? undefined : { ...query, owner, visibility }
}
