import { join } from 'node:path'
import { makeSigningSecret, parseSigningSecrets, type SigningSecret } from '@tintype/access'
import type { Log } from '@tintype/photos'
import { ConfigError } from '../config/config-error.ts'
import { readPrivateFile, writePrivateFile } from './private-file.ts'

/**
 * The secrets that sign upload tokens and URLs, from `signing-secrets` in the data directory. One is made if there is no such
 * file. The caller holds the directory's lock.
 *
 * @throws ConfigError if the file has none in it, or other users can read it
 * @throws STORAGE_UNAVAILABLE if it cannot be read or written
 */
export async function openSigningSecrets(
  directory: string,
  { log }: { readonly log: Log },
): Promise<readonly SigningSecret[]> {
  const file = join(directory, 'signing-secrets')
  const text = (await readPrivateFile(file)) ?? (await makeSecret(file, log))
  try {
    return parseSigningSecrets(text)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new ConfigError(
      `${file}: ${error.message}. Restore the file; or remove it, and a new secret is made, with which no earlier URL or ` +
        'upload token is valid',
    )
  }
}

async function makeSecret(file: string, log: Log): Promise<string> {
  const text = makeSigningSecret()
  await writePrivateFile(file, text)
  log.info({ event: 'signing-secrets', file }, 'made the secret that signs upload tokens and URLs')
  return text
}
