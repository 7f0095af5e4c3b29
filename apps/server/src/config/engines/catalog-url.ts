import { resolve } from 'node:path'
import { ValueRefused } from '../values.ts'
import { driverUrl, type PendingSettings, parseFilePath } from './driver-url.ts'
import { type PostgresSettings, parsePostgresUrl } from './postgres-url.ts'

/** What a catalog driver is opened with. `file` is absolute. */
export type CatalogSettings =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'memory' }
  | (PostgresSettings & { readonly listenServer?: PostgresSettings | undefined })

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

const parseDirectUrl = driverUrl<PostgresSettings>({
  schemes: { postgres: parsePostgresUrl, postgresql: parsePostgresUrl },
  expected: 'postgres://user:password@host/database',
  planned: {},
})

/** Reads `TINTYPE_DATABASE_LISTEN_URL`. @throws ValueRefused for a URL through a pooler, which passes no notifications on */
export function parseListenUrl(text: string): PendingSettings<PostgresSettings> {
  const pending = parseDirectUrl(text)
  if (pending('').isPooled) throw new ValueRefused('expected the URL of the server itself, without pooler=')
  return pending
}

/** A catalog in messages for the operator, without user and password. */
export function catalogName(catalog: CatalogSettings): string {
  if (catalog.kind === 'sqlite') return catalog.file
  if (catalog.kind === 'memory') return 'the memory catalog'
  return `postgres://${catalog.host}:${catalog.port}/${catalog.database}?schema=${catalog.schema}`
}
