import { randomBytes } from 'node:crypto'
import type { LibraryRecord } from '../../library-record.ts'
import type { PhotoCatalog } from '../../photo-catalog.ts'

/** Which library a catalog in memory belongs to: always one of its own. */
export function createMemoryLibrary(
  run: <Result>(work: () => Result) => Promise<Result>,
): Pick<PhotoCatalog, 'readLibrary' | 'pairWithStore' | 'askForSwitch'> {
  let record: LibraryRecord = {
    id: randomBytes(16).toString('hex'),
    storeId: null,
    state: 'live',
    peer: null,
  }
  return {
    readLibrary: () => run(() => ({ ...record })),
    pairWithStore: (storeId) =>
      run(() => {
        record = { ...record, storeId: record.storeId ?? storeId }
        return { ...record }
      }),
    askForSwitch: () => run(() => undefined),
  }
}
