import { describe, expect, test } from 'vitest'
import { type AuditRecord, ownerSubject } from '../access-catalog.ts'
import type { SharedAccessCatalog } from './describe-access.ts'
import { sampleKey } from './sample-key.ts'
import { samplePhoto, samplePhotoId } from './sample-photo.ts'

/** The part of the contract about the audit log. */
export function describeAudit(shared: SharedAccessCatalog): void {
  describe('audit', () => {
    test('lists newest first, in pages, by actor and by target', async () => {
      const { catalog } = shared
      const entries = Array.from({ length: 7 }, (_, index) =>
        sampleAudit({ actor: index % 2 === 0 ? 'key:even' : 'key:odd', target: `target ${index % 3}` }),
      )
      for (const entry of entries) await catalog.recordAudit(entry)
      const found: AuditRecord[] = []
      let cursor: string | undefined
      do {
        const page = await catalog.listAudit({ limit: 3, cursor })
        found.push(...page.entries)
        cursor = page.nextCursor
      } while (cursor !== undefined)
      expect(found).toStrictEqual(entries.toReversed())
      const odd = await catalog.listAudit({ limit: 100, actor: 'key:odd' })
      expect(odd).toStrictEqual({ entries: entries.filter((_, at) => at % 2 === 1).toReversed() })
      const both = await catalog.listAudit({ limit: 100, actor: 'key:even', target: 'target 0' })
      expect(both.entries).toStrictEqual([entries[6], entries[0]])
      await expect(catalog.listAudit({ limit: 1, cursor: 'x' })).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
      })
    })

    test('an entry is recorded with its change, and none where nothing changed', async () => {
      const { catalog } = shared
      const photo = samplePhoto()
      const key = sampleKey()
      await catalog.insert(photo)
      const audit = (action: string) => ({ audit: sampleAudit({ action }) })
      await catalog.update(photo.id, { title: 'new' }, audit('photo.update'))
      await catalog.move(photo.id, 'bob', audit('photo.move'))
      await catalog.delete(photo.id, audit('photo.delete'))
      await catalog.insertKey(key, audit('key.create'))
      await catalog.changeKey(key.id, { revokedAt: '2026-01-01T00:00:00.000Z' }, audit('key.revoke'))
      await catalog.revokeToken({ id: 't', expiresAt: '2026-01-01T00:00:00.000Z' }, audit('token.revoke'))
      await catalog.setQuota({ subject: ownerSubject('bob') }, audit('quota.set'))
      for (const change of [
        catalog.update(photo.id, { title: 'new' }, audit('none')),
        catalog.move(photo.id, 'bob', audit('none')),
        catalog.delete(photo.id, audit('none')),
        catalog.insertKey(key, audit('none')),
        catalog.insertKey(sampleKey(), { replacing: { id: key.id, expiresAt: '2027' }, ...audit('none') }),
        catalog.changeKey('000000000000', {}, audit('none')),
      ])
        await change
      const { entries } = await catalog.listAudit({ limit: 100 })
      expect(entries.map(({ action }) => action)).toStrictEqual([
        'quota.set',
        'token.revoke',
        'key.revoke',
        'key.create',
        'photo.delete',
        'photo.move',
        'photo.update',
      ])
    })

    test('forgets entries of a certain age', async () => {
      const { catalog } = shared
      const [old, kept] = [sampleAudit({ at: '2025-01-01T00:00:00.000Z' }), sampleAudit()]
      await catalog.recordAudit(old)
      await catalog.recordAudit(kept)
      await catalog.forgetAccess({ auditBefore: '2025-06-01T00:00:00.000Z', expiredBefore: '' })
      expect(await catalog.listAudit({ limit: 9 })).toStrictEqual({ entries: [kept] })
    })
  })
}

function sampleAudit(overrides: Partial<AuditRecord> = {}): AuditRecord {
  return {
    id: samplePhotoId(),
    at: '2026-01-01T00:00:00.000Z',
    requestId: 'request',
    actor: 'key:1',
    action: 'photo.update',
    target: null,
    owner: null,
    outcome: 'done',
    details: { fields: ['title'] },
    ...overrides,
  }
}
