import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeApiKey, parseApiKey } from '@tintype/access'
import type { AccessCatalog, ApiKeyRecord } from '@tintype/catalog'
import { type Log, newPhotoId } from '@tintype/photos'
import { ConfigError } from '../config/config-error.ts'
import { readPrivateFile, writePrivateFile } from './private-file.ts'

/**
 * Makes the first admin key of a closed server, unless the catalog has a live one. It is written to `admin-key` in the data
 * directory, and the log names that file, never the key. The caller holds the directory's lock.
 *
 * @throws ConfigError if `admin-key` exists and Tintype did not make it
 * @throws STORAGE_UNAVAILABLE if it cannot be written; errors of the catalog
 */
export async function openAdminKey(
  directory: string,
  { catalog, log, now }: { readonly catalog: AccessCatalog; readonly log: Log; readonly now: () => number },
): Promise<void> {
  const nowMs = now()
  if ((await catalog.listKeys()).some((key) => isLiveAdmin(key, nowMs))) return
  const file = join(directory, 'admin-key')
  await removeDeadKey(file)
  const { key, ...made } = makeApiKey()
  // The file first: after a crash between the two, the next start replaces it.
  await writePrivateFile(file, key)
  const createdAt = new Date(nowMs).toISOString()
  const audit = {
    id: newPhotoId(nowMs),
    at: createdAt,
    requestId: '',
    actor: 'server',
    action: 'key.create',
    target: made.id,
    owner: null,
    outcome: 'done',
    details: { scopes: ['admin'] },
  } as const
  const record: ApiKeyRecord = {
    ...made,
    name: 'first admin key',
    scopes: ['admin'],
    owner: null,
    limits: {},
    countedAs: made.id,
    createdAt,
    createdBy: 'server',
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
  }
  await catalog.insertKey(record, { audit })
  log.warn(
    { event: 'admin-key', file },
    'made an admin key; copy it from this file to a safe place, then remove the file',
  )
}

function isLiveAdmin({ scopes, owner, revokedAt, expiresAt }: ApiKeyRecord, nowMs: number): boolean {
  const isOver = (time: string | null) => time !== null && !(Date.parse(time) > nowMs)
  return scopes.includes('admin') && owner === null && !isOver(revokedAt) && !isOver(expiresAt)
}

/** The file of an earlier key that has ended, or was never recorded. */
async function removeDeadKey(file: string): Promise<void> {
  const text = await readPrivateFile(file)
  if (text === undefined) return
  if (parseApiKey(text) === undefined)
    throw new ConfigError(
      `${file} is not a file that Tintype made. To use the key in it, set TINTYPE_ADMIN_KEY_FILE to it; otherwise remove it`,
    )
  await rm(file, { force: true })
}
