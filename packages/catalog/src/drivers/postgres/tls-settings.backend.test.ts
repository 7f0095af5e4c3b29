import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasPostgres } from '../../testing/start-postgres.ts'
import { openPostgresCatalog, type PostgresCatalogOptions } from '../postgres.ts'
import { startCatalogs, type TestCatalogs } from './testing/start-catalogs.ts'

describe.skipIf(!hasPostgres)('a server with TLS, whose certificate is for localhost', () => {
  let catalogs: TestCatalogs
  beforeAll(async () => {
    catalogs = await startCatalogs('ssl=on')
  })
  afterAll(() => catalogs?.[Symbol.asyncDispose]())

  test.each<[string, (server: TestCatalogs['server']) => Partial<PostgresCatalogOptions>]>([
    [
      'verify-full with its authority',
      (server) => ({ ...verified, tlsAuthorityFile: server.certificateFile }),
    ],
    ['require, for any host name', () => ({ tls: 'require' })],
  ])('is reached with %s', async (_, optionsFor) => {
    await using opened = await catalogs.open(optionsFor(catalogs.server))
    await opened.catalog.probe()
    const sql =
      "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'tester'"
    expect(await catalogs.server.query(sql)).toStrictEqual([{ ssl: true }])
  })

  test.each<[string, (server: TestCatalogs['server']) => Partial<PostgresCatalogOptions>]>([
    [
      'its authority, and another host name',
      (server) => ({ tls: 'verify-full', tlsAuthorityFile: server.certificateFile }),
    ],
    ['the authorities of Node', () => verified],
  ])('B230 is refused under verify-full with %s', async (_, optionsFor) => {
    const opening = openPostgresCatalog(catalogs.newOptions(optionsFor(catalogs.server)))
    await expect(opening).rejects.toMatchObject({
      code: 'CATALOG_UNAVAILABLE',
      message: expect.stringContaining('is not trusted for its host name'),
    })
  })

  test('a file of an authority that cannot be read is named by its setting', async () => {
    const options = catalogs.newOptions({ ...verified, tlsAuthorityFile: '/absent/ca.pem' })
    await expect(openPostgresCatalog(options)).rejects.toMatchObject({
      code: 'CATALOG_UNAVAILABLE',
      message: expect.stringContaining('sslrootcert='),
    })
  })
})

const verified = { host: 'localhost', tls: 'verify-full' } as const
