import { randomUUID } from 'node:crypto'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AccessCatalog } from '@tintype/catalog'
import { openMemoryCatalog } from '@tintype/catalog/drivers/memory'
import { openSqliteCatalog } from '@tintype/catalog/drivers/sqlite'
import { type Caller, type Photo, rightsOfScopes, type Scope, TintypeError } from '@tintype/contract'
import { hashApiKey } from '../keys/api-key.ts'
import { createApiKeys } from '../keys/api-keys.ts'
import { createSigner, makeSigningSecret, parseSigningSecrets } from '../signing/signing-secrets.ts'
import { createMinterNames } from '../tokens/minter-names.ts'
import { createUploadTokens } from '../tokens/upload-tokens.ts'
import { createAccessUseCases } from '../use-cases/access-use-cases.ts'

/** Drivers of the catalog. The use-cases are tested on each of them. */
export const catalogDrivers = ['memory', 'sqlite'] as const
export type CatalogDriver = (typeof catalogDrivers)[number]

/** The photos that `openAccess` knows. */
export const photos = {
  open: { id: '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4', visibility: 'public', owner: null, format: 'jpeg' },
  ofAlice: {
    id: '0193f6a2-7c1e-7b3a-9d2e-5f60718293a5',
    visibility: 'private',
    owner: 'alice',
    format: 'png',
  },
} as unknown as Record<'open' | 'ofAlice', Pick<Photo, 'id' | 'visibility' | 'owner' | 'format'>>
export const unknownId = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a6' as Photo['id']

/** Sends requests as a caller with these scopes. */
export function requesterWith(scopes: readonly Scope[], more: Partial<Caller> & { owner?: string } = {}) {
  const { owner, ...rest } = more
  const rights = rightsOfScopes(scopes)
  const caller: Caller = {
    kind: 'key',
    id: 'env',
    scope: { owner, includesPrivate: true },
    ...rest,
    may: (right) => rights.has(right),
  }
  return { caller, requestId: 'request-1' }
}

/** The use-cases over an empty catalog, the verifiers that accept what they make, and a clock that stands still. */
export async function openAccess(driver: CatalogDriver) {
  await using opening = new AsyncDisposableStack()
  const catalog: AccessCatalog & AsyncDisposable = opening.use(await openCatalog(driver, opening))
  const clock = { nowMs: 1_800_000_000_000 }
  const now = () => clock.nowMs
  const signer = createSigner(parseSigningSecrets(makeSigningSecret()))
  const adminKeyHash = hashApiKey('operator')
  const minters = createMinterNames({ signer, adminKeyHash })
  const access = createAccessUseCases({
    ...{ catalog, signer, minters },
    maxLifeSeconds: 604_800,
    baseUrl: 'https://photos.example/base',
    ownerLimits: { maxPhotos: 1000 },
    async findPhoto(id, { owner }) {
      const photo = Object.values(photos).find((one) => one.id === id)
      if (photo === undefined || (owner !== undefined && photo.owner !== owner))
        throw new TintypeError('PHOTO_NOT_FOUND', 'There is no such photo')
      return photo
    },
    newId: () => randomUUID(),
    now,
  })
  const keys = createApiKeys({ reader: catalog, adminKeyHash, now })
  const uploadTokens = createUploadTokens({ signer, keys, minters, reader: catalog, acceptsJwts: true, now })
  const owned = opening.move()
  return {
    ...access,
    catalog,
    clock,
    signer,
    verifyKey: keys.verify,
    verifyToken: (token: string) => uploadTokens.verify(token, undefined),
    /** The audit log, newest entry first. */
    entries: async () => (await catalog.listAudit({ limit: 100 })).entries,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function openCatalog(driver: CatalogDriver, opening: AsyncDisposableStack) {
  if (driver === 'memory') return openMemoryCatalog()
  const directory = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-access-')))
  return openSqliteCatalog({ file: join(directory.path, 'catalog.db'), keepsReserve: false })
}
