import { resolve } from 'node:path'
import { isLoopbackAddress } from '@tintype/http'
import { ValueRefused } from '../values.ts'
import type { PendingSettings } from './driver-url.ts'

/** What the PostgreSQL driver is opened with. */
export interface PostgresSettings {
  readonly kind: 'postgres'
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password?: string | undefined
  readonly database: string
  readonly tls: 'verify-full' | 'require' | 'disable'
  /** Absolute. */
  readonly tlsAuthorityFile?: string | undefined
  readonly schema: string
  readonly poolSize: number
  readonly isPooled: boolean
}

const parameters = ['sslmode', 'sslrootcert', 'schema', 'pool', 'pooler']

const form = 'expected postgres://user:password@host:port/database'

/**
 * Reads what follows `postgres:`. The libraries of PostgreSQL read some parameters differently from each other, so they are read
 * here, and every other one is refused.
 *
 * @throws ValueRefused for a part that cannot be used; no message has a part of the URL in it
 */
export function parsePostgresUrl(rest: string): PendingSettings<PostgresSettings> {
  const url = URL.parse(`postgres:${rest}`)
  if (url === null || !rest.startsWith('//') || url.hostname === '' || url.hash !== '')
    throw new ValueRefused(form)
  const given = url.searchParams
  const names = [...given.keys()]
  if (names.some((name) => !parameters.includes(name)) || new Set(names).size < names.length)
    throw new ValueRefused(`expected no parameters but ${parameters.join(', ')}, each once`)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const isLocal = host === 'localhost' || isLoopbackAddress(host)
  const authorityFile = given.get('sslrootcert')
  const settings = {
    kind: 'postgres',
    host,
    port: parsePort(url.port),
    user: decode(url.username),
    password: url.password === '' ? undefined : decode(url.password),
    database: decode(url.pathname.slice(1)),
    tls: parseTls(given.get('sslmode') ?? (isLocal ? 'disable' : 'verify-full')),
    schema: parseSchema(given.get('schema') ?? 'tintype'),
    poolSize: parsePoolSize(given.get('pool') ?? '10'),
    isPooled: parsePooler(given.get('pooler')),
  } as const
  if (settings.user === '' || settings.database === '' || settings.database.includes('/'))
    throw new ValueRefused(form)
  return (dataDirectory) => ({
    ...settings,
    ...(authorityFile !== null && { tlsAuthorityFile: resolve(dataDirectory, authorityFile) }),
  })
}

function decode(text: string): string {
  try {
    const decoded = decodeURIComponent(text)
    if (!decoded.includes('\0')) return decoded
  } catch {
    // refused below
  }
  throw new ValueRefused('expected percent escapes that are UTF-8, such as %40 for @ in a password')
}

function parsePort(text: string): number {
  const port = Number(text || '5432')
  if (port > 0) return port
  throw new ValueRefused('expected a port from 1 to 65535')
}

function parseTls(text: string): PostgresSettings['tls'] {
  const known = (['verify-full', 'require', 'disable'] as const).find((mode) => mode === text)
  if (known !== undefined) return known
  throw new ValueRefused(
    'expected sslmode=verify-full (the certificate is checked), require (encrypted, not checked) or disable',
  )
}

function parseSchema(text: string): string {
  if (/^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(text)) return text
  throw new ValueRefused(
    'expected a schema of at most 63 small letters, digits and _, which does not begin with pg_',
  )
}

function parsePoolSize(text: string): number {
  const size = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (size >= 1 && size <= 200) return size
  throw new ValueRefused('expected pool=1 to pool=200 connections')
}

function parsePooler(text: string | null): boolean {
  if (text === null || text === 'transaction') return text !== null
  throw new ValueRefused('expected pooler=transaction, or no pooler')
}
