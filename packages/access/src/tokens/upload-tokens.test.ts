import { expect, test } from 'vitest'
import { createApiKeys, makeApiKey } from '../index.ts'
import { createSigner, makeSigningSecret, parseSigningSecrets } from '../signing/signing-secrets.ts'
import { createMinterNames } from './minter-names.ts'
import { mintUploadToken } from './upload-token.ts'
import { createUploadTokens } from './upload-tokens.ts'

test('B222 an upload token that is revoked while it is looked up is refused the next time', async () => {
  const signer = createSigner(parseSigningSecrets(makeSigningSecret()))
  const { id: keyId, hash } = makeApiKey()
  const never = { expiresAt: null, revokedAt: null, lastUsedAt: null }
  const created = { createdAt: '2026-01-01T00:00:00.000Z', createdBy: 'env' }
  const key = { ...never, ...created, hash, name: 'a key', scopes: ['manage'], owner: null, limits: {} }
  const revoked = new Set<string>()
  const reader = {
    findKey: async () => ({ ...key, id: keyId, countedAs: keyId }),
    isTokenRevoked: async (id: string) => revoked.has(id),
  }
  const now = () => 1_800_000_000_000
  const minters = createMinterNames({ signer })
  const keys = createApiKeys({ reader, now })
  const tokens = createUploadTokens({ signer, keys, minters, reader, acceptsJwts: false, now })
  const made = { signer, minterId: `key:${keyId}`, nowMs: now() }
  const { token, id } = mintUploadToken({ uses: 1, expiresInSeconds: 900 }, made)

  const verifying = tokens.verify(token, undefined)
  revoked.add(id)
  tokens.forget([id])
  await verifying // it was valid when it was looked up
  await expect(tokens.verify(token, undefined)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})
