import type { AccessWriter } from '../access-catalog.ts'
import type { CatalogWriter } from '../photo-catalog.ts'
import type { ChangeChannel, ChangeFeed } from './change-feed.ts'

/** The writes after which a cache can be wrong. */
type AnnouncedWrites = Pick<CatalogWriter, 'update' | 'move' | 'delete'> &
  Pick<AccessWriter, 'insertKey' | 'changeKey' | 'revokeToken'>

/** The writes of a catalog, which announce what they have changed. */
export function announceWrites(
  writer: AnnouncedWrites,
  { announce }: Pick<ChangeFeed, 'announce'>,
): AnnouncedWrites {
  /** Also after a failure: the change may have been committed all the same. */
  async function announced<Result>(work: Promise<Result>, channel: ChangeChannel, subject: string) {
    try {
      return await work
    } finally {
      announce(channel, subject)
    }
  }

  return {
    update(id, patch, options) {
      const updating = writer.update(id, patch, options)
      return patch.visibility === undefined ? updating : announced(updating, 'photos', id)
    },
    move: (id, owner, options) => announced(writer.move(id, owner, options), 'photos', id),
    delete: (id, options) => announced(writer.delete(id, options), 'photos', id),
    insertKey(key, options) {
      const inserting = writer.insertKey(key, options)
      return options?.replacing ? announced(inserting, 'keys', options.replacing.id) : inserting
    },
    changeKey(id, patch, options) {
      const changing = writer.changeKey(id, patch, options)
      return patch.revokedAt === undefined ? changing : announced(changing, 'keys', id)
    },
    revokeToken: (token, options) => announced(writer.revokeToken(token, options), 'keys', token.id),
  }
}
