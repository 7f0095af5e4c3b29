import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deriveSigningKey, parseSigningSecrets, type SigningSecret } from '@tintype/access'
import { ConfigError } from '../../config/config-error.ts'
import type { CommandContext } from '../command-context.ts'

/** A key that signs one kind of thing, and the id of the secret that it comes from. */
export interface DerivedKey {
  readonly kid: string
  /** 32 bytes, base64url. */
  readonly key: string
}

/**
 * The key with which a back end signs media URLs itself. It opens private media, and nothing else: neither upload tokens nor
 * API keys can be made with it.
 *
 * @throws ConfigError if there are no signing secrets, or they are not valid
 */
export async function deriveMediaUrlKey(
  env: CommandContext['env'],
  { dataDirectory }: { readonly dataDirectory: string },
): Promise<DerivedKey> {
  const secret = await readSecret(env, join(dataDirectory, 'signing-secrets'))
  return { kid: secret.kid, key: deriveSigningKey(secret, 'media-url').toString('base64url') }
}

/** The secret that signs: the first one. */
async function readSecret(env: CommandContext['env'], file: string): Promise<SigningSecret> {
  const given = env.TINTYPE_SIGNING_SECRETS
  const source = given === undefined ? file : 'TINTYPE_SIGNING_SECRETS'
  try {
    const [first] = parseSigningSecrets(given ?? (await readFile(file, 'utf8')))
    if (first !== undefined) return first
  } catch (error) {
    if (error instanceof RangeError) throw new ConfigError(`${source}: ${error.message}`)
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  throw new ConfigError(
    `There are no signing secrets: ${file} is missing. Start the server once with TINTYPE_ACCESS=closed, which makes it`,
  )
}
