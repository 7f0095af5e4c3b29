import { readFile } from 'node:fs/promises'
import { TintypeError } from '@tintype/contract'
import type { PostgresServer } from '../postgres.ts'

/** What a connection is made with; `false` for no TLS. */
export type TlsSettings = false | { readonly rejectUnauthorized: boolean; readonly ca?: string | undefined }

/** @throws CATALOG_UNAVAILABLE if the authority's file cannot be read */
export async function readTlsSettings({
  tls,
  tlsAuthorityFile,
}: Pick<PostgresServer, 'tls' | 'tlsAuthorityFile'>): Promise<TlsSettings> {
  if (tls === 'disable') return false
  if (tls === 'require') return { rejectUnauthorized: false }
  if (tlsAuthorityFile === undefined) return { rejectUnauthorized: true }
  try {
    return { rejectUnauthorized: true, ca: await readFile(tlsAuthorityFile, 'utf8') }
  } catch (cause) {
    throw new TintypeError('CATALOG_UNAVAILABLE', 'The file of sslrootcert= cannot be read', { cause })
  }
}
