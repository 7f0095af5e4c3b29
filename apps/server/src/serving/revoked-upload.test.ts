import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClosedAccess, createApp, listen } from '@tintype/http'
import { makeImage } from '@tintype/imaging/testing'
import pino from 'pino'
import { expect, test } from 'vitest'
import { compose } from '../compose.ts'
import { parseConfig } from '../config/config.ts'

const adminKey = 'an-admin-key-of-the-operator-32-characters'

test('B222 an upload whose key is revoked while it is sent, or while it is decoded, makes no photo', async () => {
  await using running = new AsyncDisposableStack()
  const home = running.use(await mkdtempDisposable(join(tmpdir(), 'tintype-revoked-')))
  const access = { TINTYPE_ACCESS: 'closed', TINTYPE_ADMIN_KEY: adminKey }
  const config = parseConfig({ TINTYPE_DATA_DIR: home.path, TINTYPE_PORT: '0', ...access }, [])
  const { http } = running.use(await compose(config, { log: pino({ level: 'silent' }), cores: 1 }))
  if (http.access.closed === undefined) throw new Error('the server is not closed')
  let checksBeforeRevocation = Number.POSITIVE_INFINITY
  const authenticator: ClosedAccess['authenticator'] = {
    ...http.access.closed.authenticator,
    isStillValid: async () => checksBeforeRevocation-- > 0,
  }
  const revoking = { ...http, access: { ...http.access, closed: { ...http.access.closed, authenticator } } }
  const server = await listen(createApp(revoking).callback(), { ...config.http, onRefused: () => {} })
  running.defer(() => server.close())
  const bytes = new Uint8Array(await makeImage({ width: 40, height: 30, format: 'jpeg' }))
  const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'image/jpeg' }
  const upload = () => fetch(`${server.url}/photos`, { method: 'POST', body: bytes, headers })
  expect((await upload()).status).toBe(201)
  for (const checks of [0, 1]) {
    checksBeforeRevocation = checks
    const refused = await upload()
    const { code } = (await refused.json()) as { code: string }
    expect([refused.status, code]).toEqual([401, 'UNAUTHENTICATED'])
  }
  const { photos } = await http.photos.listPhotos({ limit: 9 }, { includesPrivate: true })
  expect(photos).toHaveLength(1)
})
