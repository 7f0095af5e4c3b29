import type { ListQuery } from '../photo-catalog.ts'

/**
 * Whether a page may take long, because photos are compared one by one until enough of them fit. Every other page is read from
 * one index, and costs the same in any catalog.
 */
export function isLongList({ search = '', visibility, owner, tag }: ListQuery): boolean {
  if (search !== '') return true
  if (visibility === undefined) return false
  return !(visibility === 'private' && owner === undefined && tag === undefined)
}
