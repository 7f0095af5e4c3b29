import { expect, test } from 'vitest'
import { createForwardingWarning } from './warn-about-forwarding.ts'

test('B228 an ignored X-Forwarded-For is logged once for each peer, and for few peers', () => {
  const lines: object[] = []
  const note = (facts: object) => void lines.push(facts)
  const warn = createForwardingWarning({ info: note, warn: note, error: note })
  for (const peer of ['10.0.0.1', '10.0.0.2', '10.0.0.1']) warn(peer)
  expect(lines).toEqual([
    { event: 'forwarded-for-ignored', peer: '10.0.0.1' },
    { event: 'forwarded-for-ignored', peer: '10.0.0.2' },
  ])
  for (let at = 0; at < 100; at += 1) warn(`10.0.1.${at}`)
  expect(lines).toHaveLength(20)
})
