import type { AccessWriter } from '../access-catalog.ts'
import type { CatalogWriter } from '../photo-catalog.ts'
import type { ChangeChannel, ChangeFeed } from './change-feed.ts'

/** The writes after which a cache can be wrong, and those that record events. */
type AnnouncedWrites = Pick<
  CatalogWriter,
  'insert' | 'update' | 'changeTags' | 'move' | 'setPlaceholder' | 'delete'
> &
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

  /** A write that records events. */
  async function recorded<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work
    } finally {
      announce('events')
    }
  }

  return {
    insert: (photo, options) => recorded(writer.insert(photo, options)),
    update(id, patch, options) {
      const updating = recorded(writer.update(id, patch, options))
      return patch.visibility === undefined ? updating : announced(updating, 'photos', id)
    },
    changeTags: (ids, change, options) => recorded(writer.changeTags(ids, change, options)),
    move: (id, owner, options) => announced(recorded(writer.move(id, owner, options)), 'photos', id),
    setPlaceholder: (id, placeholder) => recorded(writer.setPlaceholder(id, placeholder)),
    delete: (id, options) => announced(recorded(writer.delete(id, options)), 'photos', id),
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
