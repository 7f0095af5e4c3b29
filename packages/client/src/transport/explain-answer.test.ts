import { expect, test } from 'vitest'
import { createTintypeClient } from '../create-tintype-client.ts'
import { failureOf } from '../testing/failure-of.ts'
import { openScriptedServer, sendJson } from '../testing/scripted-server.ts'

/** A client whose every request gets this answer. Node's own fetch does not return a 407. */
function answering(status: number, headers: Record<string, string> = {}, text = '<h1>Refused</h1>') {
  const fetch = async () => new Response(text, { status, headers })
  return createTintypeClient({ url: 'http://nowhere.invalid', fetch, retry: { attempts: 1 } })
}

test.each([
  [401, { 'www-authenticate': 'Basic realm="staging"' }, { scheme: 'Basic' }],
  [407, { 'proxy-authenticate': 'Negotiate' }, { scheme: 'Negotiate' }],
  [401, {}, {}],
])('a %i of a proxy names the credential that it expects', async (status, headers, facts) => {
  const { upload, photos } = answering(status, headers)
  const shared = { status, url: '', redirected: false, contentType: 'text/plain;charset=UTF-8' }
  for (const call of [() => upload(new Blob(['1'])), () => photos.list.query()]) {
    const error = await failureOf(call())
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', source: 'proxy' })
    expect(error.facts).toEqual({ ...shared, ...facts })
  }
})

test('a 413 of a proxy has the size of the file, and blames the proxy', async () => {
  const error = await failureOf(answering(413).upload(new Blob(['12345'])))
  const message = expect.stringMatching(/^A proxy .*client_max_body_size/)
  expect(error).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', source: 'proxy', message, facts: { received: 5 } })
})

test('a code without the id of a request is not that of a Tintype server', async () => {
  const error = await failureOf(answering(403, {}, '{"code":"PHOTO_NOT_FOUND"}').photos.list.query())
  expect(error).toMatchObject({ code: 'FORBIDDEN', source: 'proxy' })
})

test('a code of a newer server becomes the nearest by its status, for uploads and calls alike', async () => {
  const problem = { type: 'urn:x', title: 'New', detail: 'Too blue', requestId: 'request-1', limit: 3 }
  for (const [status, code] of [
    [422, 'UNREADABLE_IMAGE'],
    [418, 'INVALID_REQUEST'],
    [500, 'INTERNAL'],
    [503, 'OVERLOADED'],
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
