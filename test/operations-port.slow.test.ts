import { expect, test } from 'vitest'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { ask, expectProblem } from './support/uploads.ts'

const key = 'a-key-of-the-test-that-is-long-enough'
const bearer = { headers: { authorization: `Bearer ${key}` } }

/** The same server at the port for operations. */
async function operationsOf(tintype: Tintype): Promise<Tintype> {
  const { operationsUrl } = await tintype.logged(({ event }) => event === 'listening')
  return { ...tintype, url: String(operationsUrl) }
}

const statusesOf = (at: Tintype, paths: readonly string[]) =>
  Promise.all(paths.map(async (path) => (await ask(at, path, bearer)).status))

test('metrics and readiness have a port of their own, below the base path and with the same access', async () => {
  await using tintype = await startTintype({
    env: {
      TINTYPE_OPERATIONS_PORT: '0',
      TINTYPE_BASE_PATH: '/files',
      TINTYPE_ACCESS: 'closed',
      TINTYPE_ADMIN_KEY: key,
      TINTYPE_DRAIN_DELAY: '10m',
    },
  })
  const operations = await operationsOf(tintype)
  expect(operations.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/files$/)
  expect(operations.url).not.toBe(tintype.url)

  const paths = ['/healthz', '/readyz', '/readyz/node', '/metrics']
  expect(await statusesOf(operations, paths)).toEqual([200, 200, 200, 200])
  expect(await statusesOf(tintype, paths)).toEqual([200, 404, 404, 404])
  expectProblem(await ask(tintype, '/metrics', bearer), 404, 'ROUTE_NOT_FOUND')
  expectProblem(await ask(operations, '/metrics'), 401, 'UNAUTHENTICATED')
  expect((await ask(operations, '/readyz')).body.toString()).toBe('{"status":"ready"}')
  expectProblem(await ask(operations, '/photos', bearer), 404, 'ROUTE_NOT_FOUND')
  expectProblem(await ask(operations, '/metrics', { ...bearer, method: 'POST' }), 405, 'METHOD_NOT_ALLOWED')

  process.kill(tintype.pid, 'SIGTERM')
  await tintype.logged(({ event }) => event === 'draining')
  expect(await statusesOf(operations, paths)).toEqual([200, 503, 503, 200])
  expect(await tintype.stop('SIGTERM')).toBe(0)
})

test('they can be off', async () => {
  await using tintype = await startTintype({
    env: { TINTYPE_OPERATIONS_PORT: 'off', TINTYPE_BASE_PATH: '/' },
  })
  expect(await statusesOf(tintype, ['/healthz', '/readyz', '/metrics'])).toEqual([200, 404, 404])
})

test('a port for operations that is in use ends the start', async () => {
  await using tintype = await startTintype({ env: { TINTYPE_BASE_PATH: '/' } })
  const { port } = new URL(tintype.url)
  const second = startTintype({ env: { TINTYPE_OPERATIONS_PORT: port } })
  await expect(second).rejects.toThrow(`address already in use 127.0.0.1:${port}`)
})
