import type { DatabaseSync } from 'node:sqlite'
import type { LibraryRecord } from '../../../library-record.ts'

/** Prepares the synchronous reads and writes of the library's row. */
export function prepareLibrary(database: DatabaseSync) {
  const reading = database.prepare('SELECT id, store_id AS storeId, state, peer FROM library')
  const pairing = database.prepare('UPDATE library SET store_id = coalesce(store_id, ?)')
  const asking = database.prepare('UPDATE library SET switch_wanted = 1')
  // The migration that creates the table inserts its only row.
  const read = () => ({ ...(reading.get() as unknown as LibraryRecord) })
  return {
    read,
    pair(storeId: string): LibraryRecord {
      pairing.run(storeId)
      return read()
    },
    ask: () => void asking.run(),
  }
}
