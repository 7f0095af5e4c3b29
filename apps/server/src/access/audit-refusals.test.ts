import { createRefusalLimiter } from '@tintype/access'
import type { AuditRecord } from '@tintype/catalog'
import { expect, test } from 'vitest'
import { auditRefusals } from './audit-refusals.ts'

test('refused credentials are one audit record a minute for each address, and 600 in all', () => {
  let elapsedMs = 0
  const elapsed = () => elapsedMs
  const records: AuditRecord[] = []
  const limiter = createRefusalLimiter({ now: elapsed })
  const refusals = auditRefusals(limiter, {
    record: (entry) => records.push(entry),
    now: () => 1_800_000_000_000 + elapsedMs,
    elapsed,
  })
  for (let at = 0; at < 5; at += 1) refusals.noteRefusal('192.0.2.1')
  refusals.noteRefusal('192.0.2.2')
  expect(records.map(({ details }) => details.address)).toEqual(['192.0.2.1', '192.0.2.2'])
  expect(records[0]).toMatchObject({ action: 'credential.verify', outcome: 'refused', actor: 'anonymous' })
  elapsedMs = 60_000
  refusals.noteRefusal('192.0.2.1')
  expect(records).toHaveLength(3)

  for (let at = 0; at < 1000; at += 1) refusals.noteRefusal(`198.51.100.${at}`)
  expect(records).toHaveLength(602) // 599 were left of this minute

  for (let at = 0; at < 10; at += 1) refusals.noteRefusal('192.0.2.3')
  expect(() => refusals.assertMayTry('192.0.2.3')).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }))
})
