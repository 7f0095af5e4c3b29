import type { AccessCatalog } from '../../../access-catalog.ts'
import type { PhotoCatalog } from '../../../photo-catalog.ts'
import { type RunningPostgres, startPostgres } from '../../../testing/start-postgres.ts'
import { openPostgresCatalog, type PostgresCatalogOptions } from '../../postgres.ts'

/** A catalog in a schema of its own. Disposing it removes the schema. */
export interface TestCatalog extends AsyncDisposable {
  readonly catalog: PhotoCatalog & AccessCatalog
  /** Opens the same catalog again, as another server would. */
  readonly options: PostgresCatalogOptions
}

/** A server with one database. Disposing it stops the server. */
export interface TestCatalogs extends AsyncDisposable {
  readonly server: RunningPostgres
  /** Of the database. */
  readonly url: string
  /** Options for a schema that nothing else uses. Nothing in them depends on how fast the machine is. */
  newOptions(overrides?: Partial<PostgresCatalogOptions>): PostgresCatalogOptions
  open(overrides?: Partial<PostgresCatalogOptions>): Promise<TestCatalog>
}

/** Starts a server with these settings, and opens catalogs in it. */
export async function startCatalogs(...settings: readonly string[]): Promise<TestCatalogs> {
  const server = await startPostgres(...settings)
  const url = await server.createDatabase()
  const { hostname: host, port, username: user, password, pathname } = new URL(url)
  let schemas = 0

  function newOptions(overrides: Partial<PostgresCatalogOptions> = {}): PostgresCatalogOptions {
    schemas += 1
    return {
      host,
      port: Number(port),
      user,
      password,
      database: pathname.slice(1),
      tls: 'disable',
      schema: `catalog_${schemas}`,
      poolSize: 10,
      isPooled: false,
      connectionWaitMs: 60_000,
      openPatienceMs: 0,
      ...overrides,
    }
  }

  return {
    server,
    url,
    newOptions,
    async open(overrides) {
      const options = newOptions(overrides)
      const catalog = await openPostgresCatalog(options)
      return {
        catalog,
        options,
        async [Symbol.asyncDispose]() {
          await catalog[Symbol.asyncDispose]()
          await server.query(`DROP SCHEMA ${options.schema} CASCADE`, url)
        },
      }
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
