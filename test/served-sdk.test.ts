import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { send } from './support/send.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { expectProblem } from './support/uploads.ts'

let tintype: Tintype
beforeAll(async () => {
  tintype = await startTintype()
})
afterAll(() => tintype[Symbol.asyncDispose]())

const get = (path: string, headers: Record<string, string> = {}) => send(tintype.url, path, { headers })

test.each([
  ['/sdk.js', 'text/javascript; charset=utf-8', 'createUploadQueue'],
  ['/sdk.d.ts', 'application/typescript; charset=utf-8', 'export declare function createTintypeClient'],
])('%s is for pages of every origin, and revalidated each time', async (path, type, text) => {
  const plain = await get(path, { origin: 'https://elsewhere.example' })
  expect(plain.status).toBe(200)
  expect(plain.headers.get('content-type')).toEqual(type)
  expect(plain.headers.get('cache-control')).toBe('no-cache')
  expect(plain.headers.get('access-control-allow-origin')).toBe('*')
  expect(plain.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
  expect(plain.headers.get('x-typescript-types')).toBe(path === '/sdk.js' ? './sdk.d.ts' : null)
  expect(plain.body.toString()).toContain(text)
  const etag = plain.headers.get('etag') ?? ''
  expect((await get(path, { 'if-none-match': etag })).status).toBe(304)
  const br = await get(path, { 'accept-encoding': 'br' })
  expect(br.headers.get('content-encoding')).toBe('br')
  expect(brotliDecompressSync(br.body).equals(plain.body)).toBe(true)
})

test.each(['/sdk.tgz', '/react.tgz'])('%s is a package', async (path) => {
  const { status, headers, body } = await get(path)
  expect(status).toBe(200)
  expect(headers.get('content-encoding')).toBeNull()
  expect(gunzipSync(body).toString('latin1')).toContain('package/package.json')
})

test('nothing else is there, and nothing can be written', async () => {
  expectProblem(await get('/sdk.js.br'), 404, 'ROUTE_NOT_FOUND')
  expectProblem(await send(tintype.url, '/sdk.js', { method: 'POST' }), 405, 'METHOD_NOT_ALLOWED')
})

test('the SDK of a served file calls the server that the file came from', async () => {
  const { body } = await get('/sdk.js')
  // Node imports no module over HTTP, so it gets the text, with the place that the module reads
  const code = body.toString().replaceAll('import.meta.url', JSON.stringify(`${tintype.url}/sdk.js`))
  const sdk = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)
  expect(await sdk.createTintypeClient().system.limits.query()).toMatchObject({ formats: expect.any(Array) })
  expect(sdk.createTintypeClient({ url: '/api' }).url).toBe('/api')
})
