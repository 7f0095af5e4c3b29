import { join } from 'node:path'
import { deriveSigningKey, parseSigningSecrets } from '@tintype/access'
import { readPrivateFile } from '../../access/private-file.ts'
import type { Config } from '../../config/config.ts'
import { ConfigError } from '../../config/config-error.ts'

/** A key that signs one kind of thing, and the id of the secret that it comes from. */
export interface DerivedKey {
  readonly kid: string
  /** 32 bytes, base64url. */
  readonly key: string
}

/**
 * The key with which a back end signs media URLs itself. It opens private media, and nothing else: neither upload tokens nor
 * API keys can be made with it. It comes from the secret that signs: the first one. The server may run.
 *
 * @throws ConfigError if there are no signing secrets, or they are not valid
 */
export async function deriveMediaUrlKey({
  access,
  dataDirectory,
}: Pick<Config, 'access' | 'dataDirectory'>): Promise<DerivedKey> {
  const file = join(dataDirectory, 'signing-secrets')
  const text = access.signingSecrets ?? (await readPrivateFile(file))
  if (text === undefined)
    throw new ConfigError(
      `There are no signing secrets: ${file} is missing. Start the server once with TINTYPE_ACCESS=closed, which makes it`,
    )
  const [secret] = parseSecrets(text, file)
  if (secret === undefined) throw new ConfigError(`${file} has no signing secret`)
  return { kid: secret.kid, key: deriveSigningKey(secret, 'media-url').toString('base64url') }
}

function parseSecrets(text: string, file: string) {
  try {
    return parseSigningSecrets(text)
  } catch (error) {
    if (error instanceof RangeError) throw new ConfigError(`${file}: ${error.message}`)
    throw error
  }
}
