import { expect, test } from 'vitest'
import { createTintypeClient } from '../create-tintype-client.ts'
import { failureOf } from '../testing/failure-of.ts'
import { openScriptedServer, sendJson } from '../testing/scripted-server.ts'

test('a code of a newer server becomes the nearest by its status, for uploads and calls alike', async () => {
  const problem = { type: 'urn:x', title: 'New', detail: 'Too blue', requestId: 'request-1', limit: 3 }
  for (const [status, code] of [
    [422, 'UNREADABLE_IMAGE'],
    [418, 'INVALID_REQUEST'],
    [500, 'INTERNAL'],
  ] as const) {
    const data = { ...problem, status, code: 'TOO_BLUE' }
    await using server = await openScriptedServer(async ({ seen, response, whole }) => {
      await whole
      const isUpload = seen.url.pathname === '/photos'
      sendJson(response, {
        status,
        body: isUpload ? data : [{ error: { code: -32603, message: 'x', data } }],
      })
    })
    const { upload, photos } = createTintypeClient({ ...server, retry: { attempts: 1 } })
    const facts = { limit: 3, serverCode: 'TOO_BLUE' }
    const expected = { code, message: 'Too blue', requestId: 'request-1', facts }
    expect(await failureOf(upload(new Blob(['1'])))).toMatchObject(expected)
    expect(await failureOf(photos.list.query())).toMatchObject(expected)
  }
})
