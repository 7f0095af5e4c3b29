import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../config.ts'
import { ConfigError } from '../config-error.ts'

const parse = (url: string) =>
  parseConfig({ TINTYPE_DATABASE_URL: url, TINTYPE_DATA_DIR: '/srv/data' }).catalog

describe('the URL of a PostgreSQL database', () => {
  test('names the server, the user and the database; everything else has a default', () => {
    expect(parse('postgres://app:s3cret@db.example/photos')).toStrictEqual({
      kind: 'postgres',
      host: 'db.example',
      port: 5432,
      user: 'app',
      password: 's3cret',
      database: 'photos',
      tls: 'verify-full',
      schema: 'tintype',
      poolSize: 10,
      isPooled: false,
    })
  })

  test('has every setting of the connection', () => {
    const query = 'sslmode=verify-full&sslrootcert=ca.pem&schema=photos_2&pool=3&pooler=transaction'
    expect(parse(`postgresql://a%40b:p%2Fw%3A@[::1]:6432/my%20db?${query}`)).toStrictEqual({
      kind: 'postgres',
      host: '::1',
      port: 6432,
      user: 'a@b',
      password: 'p/w:',
      database: 'my db',
      tls: 'verify-full',
      tlsAuthorityFile: resolve('/srv/data/ca.pem'),
      schema: 'photos_2',
      poolSize: 3,
      isPooled: true,
    })
  })

  test.each([
    ['localhost', 'disable'],
    ['127.0.0.1', 'disable'],
    ['[::1]', 'disable'],
    ['10.0.0.1', 'verify-full'],
    ['localhost.example', 'verify-full'],
  ])('B230 the certificate of %s: %s without sslmode', (host, tls) => {
    expect(parse(`postgres://u@${host}/db`)).toMatchObject({ tls, password: undefined })
  })

  test.each([
    'postgres:',
    'postgres:db',
    'postgres:///db',
    'postgres://hunter2/db',
    'postgres://u:hunter2@host',
    'postgres://u:hunter2@host/',
    'postgres://u:hunter2@host/a/b',
    'postgres://u:hunter2@host/db#x',
    'postgres://u:hunter2@host:0/db',
    'postgres://u:hunter2@host:99999/db',
    'postgres://u:hunter2%ff@host/db',
    'postgres://u:hunter2%00@host/db',
    'postgres://u:hunter2@host/db?sslmode=prefer',
    'postgres://u:hunter2@host/db?sslmode=require&sslmode=disable',
    'postgres://u:hunter2@host/db?password=hunter2',
    'postgres://u:hunter2@host/db?options=-c%20x',
    'postgres://u:hunter2@host/db?schema=Photos',
    'postgres://u:hunter2@host/db?schema=pg_catalog',
    'postgres://u:hunter2@host/db?schema=a"b',
    'postgres://u:hunter2@host/db?pool=0',
    'postgres://u:hunter2@host/db?pool=1e2',
    'postgres://u:hunter2@host/db?pooler=session',
  ])('B230 refuses %s, without repeating it', (url) => {
    const refused = () => parse(url)
    expect(refused).toThrow(ConfigError)
    expect(refused).toThrow(/TINTYPE_DATABASE_URL: expected/)
    expect(refused).not.toThrow(/hunter2/)
  })

  test('is reached without the pooler to hear other servers', () => {
    const pooled = { TINTYPE_DATABASE_URL: 'postgres://u@pool/db?pooler=transaction' }
    const listen = (url: string) => parseConfig({ ...pooled, TINTYPE_DATABASE_LISTEN_URL: url }).catalog
    expect(listen('postgres://u@direct/db')).toMatchObject({
      host: 'pool',
      isPooled: true,
      listenServer: { host: 'direct', isPooled: false, tls: 'verify-full' },
    })
    expect(parseConfig(pooled).catalog).not.toHaveProperty('listenServer')
    expect(() => listen('postgres://u:hunter2@direct/db?pooler=transaction')).toThrow(/without pooler=/)
    expect(() => listen('file:x.db')).toThrow(/expected postgres:/)
    expect(() => parseConfig({ TINTYPE_DATABASE_LISTEN_URL: 'postgres://u@direct/db' })).toThrow(
      /TINTYPE_DATABASE_LISTEN_URL: expected TINTYPE_DATABASE_URL to be a PostgreSQL database/,
    )
  })

  test('keeps rows that photos in memory would not outlive', () => {
    const memory = { TINTYPE_DATABASE_URL: 'postgres://u@localhost/db', TINTYPE_STORAGE_URL: 'memory:' }
    expect(() => parseConfig(memory)).toThrow(/memory: for both or for neither/)
  })
})
