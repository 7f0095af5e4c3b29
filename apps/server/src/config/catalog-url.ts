import { resolve } from 'node:path'
import { driverUrl, parseFilePath } from './driver-url.ts'
import { type PostgresSettings, parsePostgresUrl } from './postgres-url.ts'

/** What a catalog driver is opened with. `file` is absolute. */
export type CatalogSettings =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'memory' }
  | PostgresSettings

/** A catalog that outlives the server. */
export type LastingCatalog = Exclude<CatalogSettings, { readonly kind: 'memory' }>

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
    postgres: parsePostgresUrl,
    postgresql: parsePostgresUrl,
  },
  expected: 'file:relative/path, file:///absolute/path, postgres://user:password@host/database or memory:',
  planned: {},
})
