import type { ApiKeyRecord } from '../access-catalog.ts'
import { samplePhotoId } from './sample-photo.ts'

/** A key as it is recorded; `overrides` win. */
export function sampleKey(overrides: Partial<ApiKeyRecord> = {}): ApiKeyRecord {
  const id = overrides.id ?? samplePhotoId().replaceAll('-', '').slice(-12)
  return {
    id,
    countedAs: id,
    hash: 'ab'.repeat(32),
    name: 'a key',
    scopes: ['read', 'upload'],
    owner: null,
    limits: {},
    createdAt: '2026-01-01T00:00:00.000Z',
    createdBy: 'env',
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
    ...overrides,
  }
}
