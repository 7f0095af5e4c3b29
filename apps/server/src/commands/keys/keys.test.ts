import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createAccessUseCases,
  createApiKeys,
  createMinterNames,
  createSigner,
  hashApiKey,
  makeSigningSecret,
  parseSigningSecrets,
} from '@tintype/access'
import { openMemoryCatalog } from '@tintype/catalog/drivers/memory'
import { createApp, listen } from '@tintype/http'
import { newPhotoId } from '@tintype/photos'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { compose } from '../../compose.ts'
import { parseConfig } from '../../config/config.ts'
import { keys } from './keys.ts'

const adminKey = 'operator-operator-operator-operator'

/** A server that knows the operator's key and those in its catalog, and a directory for files. */
async function openServer() {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-keys-')))
  const config = parseConfig({ TINTYPE_DATA_DIR: home.path, TINTYPE_PORT: '0' }, [])
  const log = pino({ level: 'silent' })
  const services = opening.use(await compose(config, { log, cores: 1 }))
  const catalog = opening.use(await openMemoryCatalog())
  const apiKeys = createApiKeys({ reader: catalog, adminKeyHash: hashApiKey(adminKey), now: Date.now })
  const signer = createSigner(parseSigningSecrets(makeSigningSecret()))
  const accessUseCases = createAccessUseCases({
    catalog,
    signer,
    minters: createMinterNames({ signer }),
    maxLifeSeconds: 3600,
    findPhoto: services.http.photos.getPhoto,
    newId: newPhotoId,
    now: Date.now,
  })
  const app = createApp({
    ...services.http,
    accessUseCases,
    access: {
      ...services.http.access,
      authenticate: ({ headers }) => apiKeys.verify(headers.authorization?.slice('Bearer '.length) ?? ''),
    },
  })
  const { url, close } = await listen(app.callback(), { ...config.http, onRefused: () => {} })
  opening.defer(close)
  const keyFile = join(home.path, 'operator')
  await writeFile(keyFile, `${adminKey}\n`)
  const owned = opening.move()
  return { url, keyFile, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Runs `tintype keys` in this process. */
async function run(args: readonly string[], env: Record<string, string> = {}) {
  const written = { stdout: '', stderr: '' }
  const into = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      written[name] += text
    },
  })
  const openLog = () => {
    throw new Error('the command has no log')
  }
  const signals = { on() {}, off() {} } as unknown as Parameters<typeof keys>[0]['signals']
  const code = await keys({
    env,
    args,
    stdout: into('stdout'),
    stderr: into('stderr'),
    signals,
    openLog,
  })
  return { code, ...written }
}

describe('tintype keys --url', () => {
  test('makes, lists, rotates and revokes keys of a running server', async () => {
    await using server = await openServer()
    const at = ['--url', `${server.url}/`, '--key-file', server.keyFile]
    const made = await run([
      'create',
      '--name',
      'shop',
      '--scopes',
      'admin, read',
      '--max-photos',
      '5',
      ...at,
    ])
    const key = made.stdout.trim()
    const id = key.slice(4, 16)
    expect(key).toMatch(/^ttk_\w+$/)
    expect(made.stderr).toBe(`Made the key ${id} (shop). Keep it: it is not shown again\n`)

    const listed = await run(['list', '--json', '--url', server.url, '--key', key])
    expect(JSON.parse(listed.stdout)).toMatchObject({
      id,
      scopes: ['read', 'admin'],
      limits: { maxPhotos: 5 },
      createdBy: 'env',
    })

    const rotated = await run(['rotate', id, '--overlap-seconds', '60', '--json', ...at])
    const twin = JSON.parse(rotated.stdout)
    expect(twin).toMatchObject({ name: 'shop', key: expect.stringMatching(/^ttk_/) })
    const revoked = await run(['revoke', id, '--url', server.url], { TINTYPE_ADMIN_KEY: adminKey })
    expect(revoked.stdout).toMatch(`Key ${id} (shop) is revoked since 20`)
    const table = (await run(['list', ...at])).stdout
    expect(table).toContain(`${twin.id}  read,admin  -      valid`)
    expect(table).toMatch(new RegExp(`${id}  read,admin  -      revoked 20`))
    expect(table).not.toContain(key.slice(17))
  })

  test('B222: a key does not revoke itself', async () => {
    await using server = await openServer()
    const at = ['--url', server.url, '--key-file', server.keyFile]
    const key = (await run(['create', '--name', 'a', '--scopes', 'admin', ...at])).stdout.trim()
    const revoking = run(['revoke', key.slice(4, 16), '--url', server.url, '--key', key])
    await expect(revoking).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  test('B229: a key that is not accepted is not repeated', async () => {
    await using server = await openServer()
    const wrong = 'wrong-wrong-wrong-wrong-wrong-wrong'
    const refused = await run(['list', '--url', server.url, '--key', wrong]).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(String(refused)).not.toContain(wrong)
    const unsendable = await run(['list', '--url', server.url, '--key', `${wrong}\nx`]).catch(
      (error: unknown) => error,
    )
    expect(String(unsendable)).toMatch(/characters that no key has/)
    expect(String(unsendable)).not.toContain(wrong)
  })

  test('B222: the key is not sent on to where the server redirects to', async () => {
    const received: (string | undefined)[] = []
    await using other = await openPlainServer((_req, res) => res.end('{}'), received)
    await using first = await openPlainServer((_req, res) => {
      res.writeHead(307, { location: `${other.url}/trpc/keys.list` }).end()
    }, [])
    await expect(run(['list', '--url', first.url, '--key', adminKey])).rejects.toMatchObject({
      code: 'NETWORK_ERROR',
    })
    expect(received).toEqual([])
  })

  test('another server than Tintype is reported', async () => {
    await using other = await openPlainServer((_req, res) => res.writeHead(404).end('no'), [])
    await expect(run(['list', '--url', other.url, '--key', adminKey])).rejects.toThrow(
      /Expected a Tintype server .* status 404/,
    )
  })
})

/** A server that records the credentials that it receives. */
async function openPlainServer(
  answer: Parameters<typeof createServer>[1] & {},
  received: (string | undefined)[],
) {
  const server = createServer((req, res) => {
    received.push(req.headers.authorization)
    answer(req, res)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('tintype keys', () => {
  test.each([
    [[], /create, list, rotate, revoke, derive/],
    [['remove'], /create, list, rotate, revoke, derive/],
    [['create', '--name', 'x'], /--name and --scopes/],
    [['create', '--name', 'x', '--scopes', 'root'], /scopes\.0/],
    [['create', '--name', 'x', '--scopes', 'read', '--max-photos', '1.5'], /--max-photos: expected a whole/],
    [['create', '--name', 'x', '--scopes', 'read', '--expires-at', 'soon'], /expiresAt: must be a time/],
    [['rotate'], /Expected ID/],
    [['rotate', 'x'], /must be the id of a key/],
    [['rotate', 'A'.repeat(12), '--overlap-seconds', '604801'], /overlapSeconds/],
    [['revoke', 'A'.repeat(12), 'B'.repeat(12)], /Expected ID/],
    [['derive', 'upload-token'], /no other key leaves the server/],
    [['list', '--key', adminKey], /go with --url/],
    [['list', '--url', 'http://127.0.0.1:1'], /needs a key/],
    [['list', '--url', 'http://127.0.0.1:1', '--data-dir', 'x'], /goes without/],
    [['list', '--url', 'ftp://x', '--key', adminKey], /--url: expected/],
    [['list', '--url', 'http://user:secret@x', '--key', adminKey], /--url: expected/],
  ])('%j is refused', async (args, message) => {
    await expect(run(args)).rejects.toThrow(message)
  })
})
