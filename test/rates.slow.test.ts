import { makeImage } from '@tintype/imaging/testing'
import { beforeAll, expect, test } from 'vitest'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { ask, expectPhoto, expectProblem } from './support/uploads.ts'

const adminKey = 'operator-operator-operator-operator'
const closed = { TINTYPE_ACCESS: 'closed', TINTYPE_ADMIN_KEY: adminKey }
const bearer = (credential: string) => ({ Authorization: `Bearer ${credential}` })

let jpeg: Uint8Array<ArrayBuffer>

beforeAll(async () => {
  jpeg = new Uint8Array(await makeImage({ width: 80, height: 60, format: 'jpeg' }))
})

/** The status of a call with these headers. */
async function statusOf(tintype: Tintype, headers: Record<string, string> = {}): Promise<number> {
  return (await ask(tintype, '/trpc/system.limits', { headers })).status
}

function upload(tintype: Tintype, headers: Record<string, string> = {}) {
  const all = { 'Content-Type': 'image/jpeg', ...headers }
  return ask(tintype, '/photos', { method: 'POST', headers: all, body: jpeg })
}

test('B228 ten wrong credentials of an address, and no other one is tried in that minute', async () => {
  await using tintype = await startTintype({ env: { ...closed, TINTYPE_TRUSTED_PROXIES: '127.0.0.0/8' } })
  const from = (address: string) => ({ 'X-Forwarded-For': address })
  const guess = (at: number) => bearer(`wrong-wrong-wrong-wrong-wrong-${at}`)
  const guesses = Array.from({ length: 10 }, (_, at) =>
    statusOf(tintype, { ...guess(at), ...from('192.0.2.1') }),
  )
  expect(await Promise.all(guesses)).toEqual(Array(10).fill(401))
  const answer = await ask(tintype, '/photos/x', { headers: { ...bearer(adminKey), ...from('192.0.2.1') } })
  expectProblem(answer, 429, 'RATE_LIMITED')
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await statusOf(tintype, { ...bearer(adminKey), ...from('192.0.2.2') })).toBe(200)
  for (const client of ['192.0.2.1', '192.0.2.2'])
    await tintype.logged((line) => line.event === 'request' && line.client === client)
  // public media and the page ask for no credential
  expect((await ask(tintype, '/healthz', { headers: from('192.0.2.1') })).status).toBe(200)
})

test('B228 without a trusted proxy, a client cannot name another address', async () => {
  await using tintype = await startTintype({ env: { ...closed, TINTYPE_ANONYMOUS_RATE_LIMIT: '2/h' } })
  const from = (at: number) => ({ 'X-Forwarded-For': `192.0.2.${at}` })
  expect([await statusOf(tintype, from(1)), await statusOf(tintype, from(2))]).toEqual([401, 401])
  expect(await statusOf(tintype, from(3))).toBe(429)
})

test('B228 B316 a caller has its rate, and its uploads another one; a refusal says when to try again', async () => {
  const rates = { TINTYPE_RATE_LIMIT: '4/h', TINTYPE_UPLOAD_RATE_LIMIT: '1/h' }
  await using tintype = await startTintype({ env: { ...closed, ...rates } })
  const headers = bearer(adminKey)
  const photo = expectPhoto(await upload(tintype, headers))
  const refused = await upload(tintype, headers)
  expectProblem(refused, 429, 'RATE_LIMITED')
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3000)
  expect([await statusOf(tintype, headers), await statusOf(tintype, headers)]).toEqual([200, 200])
  expect(await statusOf(tintype, headers)).toBe(429)
  for (let view = 0; view < 5; view += 1) expect((await ask(tintype, photo.url)).status).toBe(200)
})

test('an open server has a rate only if one is set', async () => {
  await using free = await startTintype()
  for (let at = 0; at < 3; at += 1) expectPhoto(await upload(free))
  await using limited = await startTintype({ env: { TINTYPE_UPLOAD_RATE_LIMIT: '2/h' } })
  for (let at = 0; at < 2; at += 1) expectPhoto(await upload(limited))
  expectProblem(await upload(limited), 429, 'RATE_LIMITED')
  for (let at = 0; at < 3; at += 1) expect(await statusOf(limited)).toBe(200)
})
