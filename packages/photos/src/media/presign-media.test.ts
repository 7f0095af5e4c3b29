import type { PresignRequest } from '@tintype/storage'
import { parseBlobKey } from '@tintype/storage'
import { expect, test } from 'vitest'
import { type PresignMediaRequest, presignMedia } from './presign-media.ts'

const hourMs = 60 * 60 * 1000
const windowMs = 42 * hourMs
const lifeMs = 7 * 24 * hourMs
const noon = Date.UTC(2026, 5, 1, 12)
const key = parseBlobKey('originals/0193f6a/0193f6a2-7c1e-7b3a-9d2e-5f60718293a4.jpg')
const other = parseBlobKey('originals/0193f6a/0193f6a2-7c1e-7b3a-9d2e-5f60718293a5.jpg')

/** Signs with an engine that returns what it was asked. */
async function sign(
  nowMs: number,
  request: Partial<PresignMediaRequest> = {},
  of = key,
  credentialsEndMs = Infinity,
) {
  let asked: PresignRequest | undefined
  const presigning = {
    clientOrigin: 'https://s3.example.com',
    async sign(_key: string, one: PresignRequest) {
      asked = one
      return { url: JSON.stringify(one), endsAtMs: Math.min(one.endsAtMs, credentialsEndMs) }
    },
  }
  const whole = { reader: 'client', cacheControl: 'public', ...request } as const
  const signed = await presignMedia({ key: of }, whole, { presigning, nowMs })
  return { ...signed, ...(asked as PresignRequest) }
}

test('one URL is given out for 42 hours, and is valid for at least 126 more', async () => {
  const { signedAtMs, endsAtMs } = await sign(noon)
  expect([signedAtMs % 1000, endsAtMs - signedAtMs]).toEqual([0, lifeMs])
  const first = await sign(signedAtMs)
  const last = await sign(signedAtMs + windowMs - 1000)
  expect(first.freshSeconds).toBe(windowMs / 1000)
  expect([last.url, last.freshSeconds]).toEqual([first.url, 1])
  const next = await sign(signedAtMs + windowMs)
  expect(next.url).not.toBe(first.url)
  expect(next.signedAtMs).toBe(signedAtMs + windowMs)
})

test('the windows of two blobs begin at different moments', async () => {
  expect((await sign(noon)).signedAtMs).not.toBe((await sign(noon, {}, other)).signedAtMs)
})

test('it ends with the permission to read', async () => {
  const permittedUntilMs = noon + hourMs
  const signed = await sign(noon, { endsAtMs: permittedUntilMs })
  expect(signed.endsAtMs).toBe(permittedUntilMs)
  expect(signed.freshSeconds).toBeLessThanOrEqual(3600)
  const { signedAtMs } = await sign(noon, { endsAtMs: noon + 30 * lifeMs })
  expect((await sign(noon, { endsAtMs: noon + 30 * lifeMs })).endsAtMs).toBe(signedAtMs + lifeMs)
})

test('it is not kept longer than the credentials that signed it', async () => {
  const { signedAtMs } = await sign(noon)
  const { freshSeconds } = await sign(signedAtMs, {}, key, signedAtMs + 10 * 60_000)
  expect(freshSeconds).toBe(9 * 60)
  expect((await sign(signedAtMs, {}, key, signedAtMs + 1000)).freshSeconds).toBe(0)
})
