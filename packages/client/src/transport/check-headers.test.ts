import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createTintypeClient } from '../create-tintype-client.ts'
import { failureOf } from '../testing/failure-of.ts'
import { accept, openScriptedServer, samplePhoto } from '../testing/scripted-server.ts'

describe('a header that cannot be sent is INVALID_REQUEST with its name, and nothing is sent', () => {
  test.each([
    ['X-App', 'größe'],
    ['X-App', 'line\r\nX-Other: 1'],
    ['X-App', 'nul\0'],
    ['X App', '1'],
    ['X-Äpp', '1'],
    ['', '1'],
  ])('%j: %j', async (header, value) => {
    await using server = await openScriptedServer(accept)
    const { upload, photos } = createTintypeClient({ ...server, headers: { [header]: value } })
    const failures = [
      await failureOf(upload(new Blob(['1']))),
      await failureOf(photos.list.query()),
      await failureOf(photos.delete.mutate({ id: samplePhoto.id })),
    ]
    for (const failure of failures) {
      expect(failure).toMatchObject({ code: 'INVALID_REQUEST', facts: { header }, retryable: false })
      if (value !== '1') expect(inspect(failure)).not.toContain(value)
    }
    expect(server.seen).toEqual([])
  })

  test.each(['sec\u00e9ret', 'sec\nret', 'sec\0ret', '\u{1f511}'])(
    'the token %j, which is in no error',
    async (token) => {
      await using server = await openScriptedServer(accept)
      for (const source of [token, () => token, async () => `${token}\n`]) {
        const { upload, photos } = createTintypeClient({ ...server, token: source })
        const calls = [
          () => upload(new Blob(['1'])),
          () => photos.list.query(),
          () => photos.delete.mutate({ id: samplePhoto.id }),
        ]
        for (const call of calls) {
          const failure = await failureOf(call())
          expect(failure).toMatchObject({
            code: 'INVALID_REQUEST',
            facts: { header: 'Authorization' },
            source: 'client',
          })
          expect(inspect(failure, { depth: 9 })).not.toMatch(/sec|\u{1f511}/u)
        }
      }
      expect(server.seen).toEqual([])
    },
  )

  test('an idempotency key', async () => {
    await using server = await openScriptedServer(accept)
    const error = await failureOf(
      createTintypeClient(server).upload(new Blob(['1']), { idempotencyKey: 'größe' }),
    )
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', facts: { header: 'Idempotency-Key' } })
    expect(server.seen).toEqual([])
  })
})

test('a header without a value is left out', async () => {
  await using server = await openScriptedServer(accept)
  const headers = { 'X-App': 'a b\tc~', 'X-None': undefined } as unknown as Record<string, string>
  await createTintypeClient({ ...server, headers }).upload(new Blob(['1']))
  expect(server.seen[0]?.headers).toMatchObject({ 'x-app': 'a b\tc~' })
  expect(server.seen[0]?.headers).not.toHaveProperty('x-none')
})

test.each([
  { 'content-type': 'application/json', 'idempotency-key': 'mine', authorization: 'Basic 1' },
  { 'CONTENT-TYPE': 'application/json', 'Idempotency-key': 'mine', AUTHORIZATION: 'Basic 1' },
])('headers that a request sets itself replace those of the caller: %o', async (headers) => {
  await using server = await openScriptedServer(accept)
  const client = createTintypeClient({ ...server, headers, token: 'token', retry: { attempts: 1 } })
  const input = new Blob(['1'], { type: 'image/png' })
  await client.upload(input, { idempotencyKey: 'own' })
  await failureOf(client.photos.delete.mutate({ id: samplePhoto.id }))
  const authorization = 'Bearer token'
  expect(server.seen.map((one) => one.headers)).toMatchObject([
    { authorization, 'content-type': 'image/png', 'idempotency-key': 'own' },
    { authorization, 'content-type': 'application/json' },
  ])
})
