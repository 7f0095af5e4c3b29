import { makeImage } from '@tintype/imaging/testing'
import { expect, test } from 'vitest'
import { listChildren } from './support/list-children.ts'
import { findInMemory, readProcessFile } from './support/read-process.ts'
import { startTintype } from './support/start-tintype.ts'
import { ask } from './support/uploads.ts'

// As in the environment, where a copy of each would be found. None is a part of another one.
const secrets = {
  TINTYPE_ADMIN_KEY: 'operator-hunter2-operator-hunter2-operator',
  TINTYPE_SIGNING_SECRETS: `one:${Buffer.from('signing-hunter2-signing-hunter2-signing').toString('base64url')}`,
  TINTYPE_JWT_SECRET: 'jwt-hunter2-jwt-hunter2-jwt-hunter2-jwt-hunter2',
  TINTYPE_EDGE_SECRET: 'edge-hunter2-edge-hunter2-edge-hunter2-edge',
}
const env = {
  TINTYPE_ACCESS: 'closed',
  TINTYPE_JWT_ISSUER: 'app',
  TINTYPE_JWT_AUDIENCE: 'photos',
  ...secrets,
}
const texts = [...Object.values(secrets), 'signing-hunter2-signing-hunter2-signing']

test('B230 no secret is in a process list, nor in what a decoder would dump', async () => {
  await using tintype = await startTintype({ env })
  const body = new Uint8Array(await makeImage({ width: 80, height: 60, format: 'jpeg' }))
  const Authorization = `Bearer ${secrets.TINTYPE_ADMIN_KEY}`
  const headers = { 'Content-Type': 'image/jpeg', Authorization }
  expect((await ask(tintype, '/photos', { method: 'POST', headers, body })).status).toBe(201)

  const decoders = (await listChildren(tintype.pid)).map(Number)
  expect(decoders.length).toBeGreaterThan(0)
  for (const pid of [tintype.pid, ...decoders])
    expect(await readProcessFile(pid, 'cmdline')).not.toMatch(/hunter2|one:/)
  for (const pid of decoders) {
    expect(await readProcessFile(pid, 'environ')).not.toMatch(/hunter2|TINTYPE_/)
    expect(await findInMemory(pid, [...texts, 'MALLOC_TRIM_THRESHOLD_'])).toEqual(['MALLOC_TRIM_THRESHOLD_'])
  }
  // what is looked for is found in the process that has it
  expect(await findInMemory(tintype.pid, texts)).toContain(secrets.TINTYPE_ADMIN_KEY)
})
