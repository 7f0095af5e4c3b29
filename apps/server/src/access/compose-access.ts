import { readFile } from 'node:fs/promises'
import {
  type AccessDependencies,
  type AccessUseCases,
  createAccessUseCases,
  createApiKeys,
  createAuthenticator,
  createJwtVerifier,
  createMinterNames,
  createPhotoSigner,
  createRefusalLimiter,
  createSigner,
  createUploadTokens,
  type JwtKeySource,
  type MinterNames,
  parseAdminKey,
  parseSigningSecrets,
  parseTrustedProxies,
  type SigningSecret,
  signMediaUrl,
} from '@tintype/access'
import type { AccessCatalog, PhotoCatalog } from '@tintype/catalog'
import type { AccessOptions, ClosedAccess } from '@tintype/http'
import { type LibraryDependencies, type Log, newPhotoId } from '@tintype/photos'
import type { JwtKeySettings } from '../config/access/access-settings.ts'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { auditRefusals } from './audit-refusals.ts'
import { type BackgroundWrites, createBackgroundWrites } from './background-writes.ts'
import { openAdminKey } from './open-admin-key.ts'
import { refusePrivatePhotos, warnAboutProxy } from './open-mode-checks.ts'
import { openSigningSecrets } from './open-signing-secrets.ts'
import { createForwardingWarning } from './warn-about-forwarding.ts'

/** Who may do what, for the routes and for the use-cases. Disposing it waits for what it still writes. */
export interface ComposedAccess extends AsyncDisposable {
  readonly http: Pick<AccessOptions, 'closed' | 'rates' | 'trustedProxies' | 'onIgnoredForward'>
  readonly library: Pick<LibraryDependencies, 'allowsPrivate' | 'signMedia'>
  /** What the procedures about access call; `undefined` on an open server, which has no keys. */
  createUseCases(photos: Pick<AccessDependencies, 'findPhoto' | 'baseUrl'>): AccessUseCases | undefined
}

interface Dependencies {
  readonly catalog: PhotoCatalog & AccessCatalog
  readonly log: Log
}

/** Seconds for which the URLs in an answer about a private photo are signed. */
const answeredUrlLifeSeconds = 3600

/**
 * Opens the keys and secrets of a closed server, or confirms that the server may be open. The caller holds the lock of the
 * data directory, and closes the catalog afterwards.
 *
 * @throws ConfigError if an open server has private photos, or a file of keys or secrets cannot be used
 * @throws STORAGE_UNAVAILABLE, and errors of the catalog
 */
export async function composeAccess(config: Config, deps: Dependencies): Promise<ComposedAccess> {
  const { rates, trustedProxies, mode } = config.access
  const shared = {
    rates,
    trustedProxies: parseTrustedProxies(trustedProxies.join(',')),
    onIgnoredForward: createForwardingWarning(deps.log),
  }
  const writes = createBackgroundWrites(deps.log)
  const close = () => writes[Symbol.asyncDispose]()
  if (mode === 'open') {
    warnAboutProxy(config, deps.log)
    await refusePrivatePhotos(deps.catalog)
    return {
      http: shared,
      library: { allowsPrivate: false },
      createUseCases: () => undefined,
      [Symbol.asyncDispose]: close,
    }
  }
  const { minters, ...closed } = await closeAccess(config, { ...deps, writes })
  const { signer, signedUrlMaxLifeSeconds: maxLifeSeconds, ownerQuota: ownerLimits } = closed
  const expiresInSeconds = Math.min(answeredUrlLifeSeconds, maxLifeSeconds)
  const signing = { signer, maxLifeSeconds }
  const signPhoto = createPhotoSigner({ ...signing, lifeSeconds: expiresInSeconds, now: Date.now })
  return {
    http: { ...shared, closed },
    library: {
      allowsPrivate: true,
      signMedia: ({ id, path, covers }) =>
        covers === 'path'
          ? signMediaUrl({ path, covers, expiresInSeconds }, { ...signing, nowMs: Date.now() })
          : signPhoto({ id, path, covers }),
    },
    createUseCases: (photos) =>
      createAccessUseCases({
        ...{ catalog: deps.catalog, signer, minters, maxLifeSeconds, ownerLimits },
        ...{ newId: newPhotoId, now: Date.now },
        ...photos,
      }),
    [Symbol.asyncDispose]: close,
  }
}

async function closeAccess(
  { access, dataDirectory }: Config,
  { catalog, log, writes }: Dependencies & { readonly writes: BackgroundWrites },
): Promise<ClosedAccess & { readonly minters: MinterNames }> {
  const now = Date.now
  const elapsed = () => performance.now()
  const signer = createSigner(await readSecrets(access.signingSecrets, { dataDirectory, log }))
  const adminKeyHash = await readAdminKeyHash(access)
  if (adminKeyHash === undefined) await openAdminKey(dataDirectory, { catalog, log, now })
  const noteUse = (id: string, atMs: number) =>
    writes.start(() => catalog.changeKey(id, { lastUsedAt: new Date(atMs).toISOString() }))
  const keys = createApiKeys({ reader: catalog, adminKeyHash, noteUse, now })
  const jwts =
    access.jwt &&
    (await createJwtVerifier({ ...access.jwt, keys: toKeySource(access.jwt.keys), now }).catch(refuseKey))
  const minters = createMinterNames({ signer, adminKeyHash })
  const uploadTokens = createUploadTokens({
    ...{ signer, keys, minters, now },
    reader: catalog,
    acceptsJwts: jwts !== undefined,
  })
  // Ends with the catalog.
  catalog.onChange('keys', (ids) => {
    keys.forget(ids)
    uploadTokens.forget(ids)
  })
  const refusals = auditRefusals(createRefusalLimiter({ now: elapsed }), {
    record: (entry) => writes.start(() => catalog.recordAudit(entry)),
    ...{ now, elapsed },
  })
  const { signedUrlMaxLifeSeconds, signedCache, edgeSecret, defaultVisibility, ownerQuota } = access
  return {
    authenticator: createAuthenticator({ keys, uploadTokens, jwts, refusals }),
    ...{ signer, minters },
    ...{ signedUrlMaxLifeSeconds, signedCache, edgeSecret, defaultVisibility, ownerQuota },
  }
}

function readSecrets(
  text: string | undefined,
  { dataDirectory, log }: { readonly dataDirectory: string; readonly log: Log },
): Promise<readonly SigningSecret[]> | readonly SigningSecret[] {
  return text === undefined ? openSigningSecrets(dataDirectory, { log }) : parseSigningSecrets(text)
}

/** `undefined` if the operator gave no key. @throws ConfigError if there is none in its file */
async function readAdminKeyHash({
  adminKeyHash,
  adminKeyFile,
}: Config['access']): Promise<Buffer | undefined> {
  if (adminKeyHash !== undefined) return Buffer.from(adminKeyHash, 'hex')
  if (adminKeyFile === undefined) return undefined
  try {
    return parseAdminKey((await readFile(adminKeyFile, 'utf8')).trim())
  } catch (error) {
    const { message } = error as Error
    throw new ConfigError(`The file of the admin key, ${adminKeyFile}, cannot be used: ${message}`)
  }
}

function toKeySource(keys: JwtKeySettings): JwtKeySource {
  return keys.kind === 'secret' ? { kind: 'secret', bytes: Buffer.from(keys.text) } : keys
}

function refuseKey(error: unknown): never {
  if (error instanceof RangeError)
    throw new ConfigError(`The key that verifies JWTs cannot be used: ${error.message}`)
  throw error
}
