import { resolve } from 'node:path'
import { driverUrl, parseFilePath } from './driver-url.ts'

/** What a catalog driver is opened with. `file` is absolute. */
export type CatalogSettings = { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'memory' }

const notAvailable = 'a postgres:// database is not available in this version'

/** Reads `TINTYPE_DATABASE_URL`. */
export const parseCatalogUrl = driverUrl<CatalogSettings>({
  schemes: {
    file(rest) {
      const path = parseFilePath(rest)
      return path === undefined
        ? undefined
        : (dataDirectory) => ({ kind: 'sqlite', file: resolve(dataDirectory, path) })
    },
    memory: (rest) => (rest === '' ? () => ({ kind: 'memory' }) : undefined),
  },
  expected: 'file:relative/path, file:///absolute/path or memory:',
  planned: { postgres: notAvailable, postgresql: notAvailable },
})
