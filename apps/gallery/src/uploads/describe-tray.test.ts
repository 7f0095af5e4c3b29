import { expect, test } from 'vitest'
import { describeTray } from './describe-tray.ts'

const totals = {
  count: 40,
  stored: 12,
  skipped: 0,
  failed: 0,
  fraction: 0.3,
  bytesPerSecond: undefined,
  secondsLeft: undefined,
}
const running = { totals, status: 'running', isOnline: true, needsKey: false } as const

test.each([
  [running, 'Uploading 12 of 40', ''],
  [
    { ...running, totals: { ...totals, bytesPerSecond: 3 * 1024 ** 2, secondsLeft: 130 } },
    'Uploading 12 of 40',
    '3 MB per second, about 2 min left',
  ],
  [{ ...running, totals: { ...totals, bytesPerSecond: 0, secondsLeft: 0 } }, 'Uploading 12 of 40', ''],
  [{ ...running, isOnline: false }, 'You are offline.', ''],
  [{ ...running, needsKey: true }, 'Uploads wait for a key', ''],
  [{ ...running, needsKey: true, status: 'paused' } as const, 'Uploading 12 of 40', 'Paused'],
  [{ ...running, status: 'paused' } as const, 'Uploading 12 of 40', 'Paused'],
  [{ ...running, status: 'waiting' } as const, 'Uploading 12 of 40', 'Waiting for the server'],
  [{ ...running, status: 'idle', totals: { ...totals, stored: 1 } } as const, '1 photo uploaded', ''],
  [{ ...running, totals: { ...totals, skipped: 10 } }, 'Uploading 12 of 30', ''],
  [
    { ...running, status: 'idle', totals: { ...totals, skipped: 28 } } as const,
    '12 photos uploaded',
    '28 already here',
  ],
  [
    { ...running, status: 'idle', totals: { ...totals, stored: 0, skipped: 1 } } as const,
    '1 photo is already here',
    '',
  ],
  [
    { ...running, status: 'idle', totals: { ...totals, failed: 2, skipped: 3 } } as const,
    '2 photos could not be uploaded',
    '12 photos uploaded, 3 already here',
  ],
  [
    { ...running, status: 'idle', totals: { ...totals, failed: 2 } } as const,
    '2 photos could not be uploaded',
    '12 photos uploaded',
  ],
])('says what happens: %j', (snapshot, title, details) => {
  expect(describeTray(snapshot)).toEqual({ title, details })
})
