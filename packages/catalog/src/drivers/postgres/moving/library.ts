import type { LibraryRecord } from '../../../library-record.ts'
import type { PhotoCatalog } from '../../../photo-catalog.ts'
import type { Database, Session } from '../database.ts'

/** The methods of the catalog about the library that it belongs to. */
export function createLibrary(
  database: Database,
): Pick<PhotoCatalog, 'readLibrary' | 'pairWithStore' | 'askForSwitch'> {
  return {
    readLibrary: () => database.repeat(readLibrary),
    pairWithStore: (storeId) =>
      database.repeat(async (session) => {
        await session.query('UPDATE tintype.library SET store_id = :storeId WHERE store_id IS NULL', {
          storeId,
        })
        return await readLibrary(session)
      }),
    async askForSwitch() {
      await database.repeat((session) => session.query('UPDATE tintype.library SET switch_wanted = TRUE'))
    },
  }
}

/** The library's row, which the migration that creates its table inserts. */
export async function readLibrary(session: Session): Promise<LibraryRecord> {
  const [row] = await session.query<LibraryRecord>(
    'SELECT id, store_id AS "storeId", state, peer FROM tintype.library',
  )
  if (row) return row
  throw new Error('The table "library" has lost its row')
}
