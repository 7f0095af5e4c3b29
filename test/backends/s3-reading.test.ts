import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable, readFile } from 'node:fs/promises'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { openS3BlobReader, openS3BlobStore } from '@tintype/storage/drivers/s3'
import { describe, expect, test, vi } from 'vitest'
import type { SeenRequest } from '../support/fault-proxy.ts'
import { keysOf, makeBytes, newKey, readBlob, s3Error, useS3 } from '../support/open-s3.ts'
import { hasS3 } from '../support/start-s3.ts'

const keep = { contentType: 'image/jpeg', ifExists: 'fail' } as const
const isGet = ({ method }: SeenRequest) => method === 'GET'

describe.skipIf(!hasS3)('a real S3 engine that is disturbed', () => {
  const { engine, open } = useS3()
  const location = (more: object = {}) => {
    const { bucket, endpoint } = engine()
    return { bucket, endpoint, prefix: '', isPathStyle: true, ...more }
  }
  const refusal = async (more: object) => {
    const error: unknown = await openS3BlobStore(location(more)).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'TintypeError', code: 'STORAGE_UNAVAILABLE' })
    return error as Error
  }

  test('B204 a reader that pauses stops the engine, and others are not affected', async () => {
    await using disturbed = await open()
    const { store, proxy } = disturbed
    const byteSize = 48 * 1024 * 1024
    const bytes = makeBytes(byteSize)
    const key = newKey()
    await store.put(key, bytes, keep)
    const paused = await store.open(key)
    const chunk = await new Promise((resolve) =>
      paused?.body.once('readable', () => resolve(paused.body.read(1))),
    )
    expect(chunk).toHaveLength(1)
    const other = newKey()
    await store.put(other, makeBytes(1000), keep)
    expect((await readBlob(store, other))?.byteLength).toBe(1000)
    expect(proxy.sentBytes()).toBeLessThan(byteSize / 2)
    let received = 1
    for await (const part of paused?.body ?? []) received += part.byteLength
    expect(received).toBe(byteSize)
  })

  test('B208 an object that is gone is absent', async () => {
    await using disturbed = await open()
    const { store, proxy } = disturbed
    const key = newKey()
    await store.put(key, makeBytes(10), keep)
    await store.delete(key)
    expect(await store.open(key)).toBeUndefined()
    expect(await store.stat(key)).toBeUndefined()
    proxy.inject((request) =>
      isGet(request) ? { kind: 'answer', status: 404, body: s3Error('NoSuchKey') } : undefined,
    )
    expect(await store.open(key)).toBeUndefined()
  })

  test('B208 a bucket that is gone is no absence of its objects', async () => {
    await using disturbed = await open()
    const { store, proxy } = disturbed
    proxy.inject(() => ({ kind: 'answer', status: 404, body: s3Error('NoSuchBucket') }))
    const code = 'STORAGE_UNAVAILABLE'
    await expect(store.open(newKey())).rejects.toMatchObject({ code })
    await expect(store.stat(newKey())).rejects.toMatchObject({ code })
    await expect(store.delete(newKey())).rejects.toMatchObject({ code })
    await expect(keysOf(store, '')).rejects.toMatchObject({ code })
  })

  test.each(['a+b c%20d/', 'ü/日本/', "quote's & <tag>/"])('B209 the prefix "%s" works', async (prefix) => {
    await using store = await openS3BlobStore(location({ prefix }))
    const key = newKey()
    const bytes = makeBytes(100)
    expect(await store.put(key, bytes, keep)).toBe('stored')
    expect(await store.put(key, bytes, keep)).toBe('exists')
    expect(await readBlob(store, key)).toEqual(bytes)
    expect(await keysOf(store, 'originals/')).toEqual([key])
    await store.delete(key)
    expect(await keysOf(store, '')).toEqual([])
  })

  test('B211 a range outside the object is an error of its own', async () => {
    await using disturbed = await open()
    const { store, proxy } = disturbed
    const key = newKey()
    await store.put(key, makeBytes(10), keep)
    for (const range of [
      { start: 10, end: 10 },
      { start: 5, end: 10 },
    ])
      await expect(store.open(key, { range })).rejects.toMatchObject({ code: 'INTERNAL', message: /range/ })
    proxy.inject((request) =>
      isGet(request) ? { kind: 'replace-answer', status: 200, body: 'everything' } : undefined,
    )
    await expect(store.open(key, { range: { start: 1, end: 2 } })).rejects.toMatchObject({ code: 'INTERNAL' })
  })

  test('an answer that ends early fails', async () => {
    await using disturbed = await open()
    const { store, proxy } = disturbed
    const key = newKey()
    await store.put(key, makeBytes(1_000_000), keep)
    proxy.inject((request) => (isGet(request) ? { kind: 'cut-answer', afterBytes: 300_000 } : undefined))
    await expect(readBlob(store, key)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', facts: {} })
  })

  test('B214 bodies that are left return their connections', async () => {
    await using disturbed = await open()
    const { store, proxy } = disturbed
    const key = newKey()
    const bytes = makeBytes(1_000_000)
    await store.put(key, bytes, keep)
    for (let round = 0; round < 10; round += 1) {
      const blobs = await Promise.all(Array.from({ length: 60 }, () => store.open(key)))
      for (const [index, blob] of blobs.entries())
        if (index % 2 === 0) blob?.body.destroy()
        else blob?.body.once('readable', () => blob.body.destroy())
      await Promise.all(blobs.map((blob) => blob && once(blob.body, 'close')))
    }
    expect(await readBlob(store, key)).toEqual(bytes)
    expect(await proxy.connections()).toBeLessThan(70)
  })

  test('B214 more readers than there are connections get a typed error, and the places are returned', async () => {
    await using disturbed = await open()
    const { store } = disturbed
    const key = newKey()
    await store.put(key, makeBytes(300_000), keep)
    const blobs = await Promise.all(Array.from({ length: 256 }, () => store.open(key)))
    await expect(store.open(key)).rejects.toMatchObject({ code: 'OVERLOADED', retryAfterSeconds: 1 })
    for (const blob of blobs) blob?.body.destroy()
    expect((await readBlob(store, key))?.byteLength).toBe(300_000)
  })

  test('B213 nobody reads an object without credentials', async () => {
    await using disturbed = await open()
    const { store, prefix } = disturbed
    const key = newKey()
    await store.put(key, makeBytes(10), keep)
    const { endpoint, bucket } = engine()
    expect((await fetch(`${endpoint}/${bucket}/${prefix}${key}`)).status).toBe(403)
    expect((await fetch(`${endpoint}/${bucket}`)).status).toBe(403)
  })

  test.each(['AccessDenied', 'ExpiredToken', 'InvalidAccessKeyId', 'SignatureDoesNotMatch'])(
    'B207 %s is an unavailable storage, and no error has a secret in it',
    async (code) => {
      await using disturbed = await open()
      const { store, proxy } = disturbed
      const { credentials } = engine()
      const status = code === 'ExpiredToken' ? 400 : 403
      const body = s3Error(code).replace(
        '<Message>',
        `<AWSAccessKeyId>${credentials.AWS_ACCESS_KEY_ID}</AWSAccessKeyId><StringToSign>${credentials.AWS_SECRET_ACCESS_KEY}</StringToSign><Message>`,
      )
      proxy.inject(() => ({ kind: 'answer', status, body }))
      const calls = [
        () => store.put(newKey(), makeBytes(10), keep),
        () => store.open(newKey()),
        () => store.delete(newKey()),
        () => keysOf(store, ''),
        () => store.probe(),
      ]
      for (const call of calls) {
        const error: unknown = await call().catch((reason: unknown) => reason)
        expect(error).toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
        const shown = inspect(error, { depth: 10, showHidden: true })
        for (const secret of [credentials.AWS_SECRET_ACCESS_KEY ?? '', 'Signature=', 'Credential='])
          expect(shown).not.toContain(secret)
      }
    },
  )

  test('B207 wrong credentials, and none, are named at the start', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'hunter2')
    const wrong = await refusal({})
    expect(wrong.message).toMatch(/the credentials are refused \(SignatureDoesNotMatch\)/)
    expect(inspect(wrong, { depth: 10 })).not.toContain('hunter2')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'nobody')
    expect((await refusal({})).message).toMatch(/the credentials are refused \(InvalidAccessKeyId\)/)
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined)
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
    expect((await refusal({})).message).toMatch(/there are no credentials/)
    for (const [name, value] of Object.entries(engine().credentials)) vi.stubEnv(name, value)
  })

  test('a bucket that is missing is named at the start, also to readers', async () => {
    expect((await refusal({ bucket: 'no-such-bucket' })).message).toMatch(
      /"no-such-bucket" at .* does not exist/,
    )
    await expect(openS3BlobReader(location({ bucket: 'no-such-bucket' }))).rejects.toMatchObject({
      message: /does not exist/,
    })
  })

  test.each([
    ['PermanentRedirect', 301],
    ['AuthorizationHeaderMalformed', 400],
  ])('B212 a bucket in another region is named at the start: %s', async (code, status) => {
    await using disturbed = await open()
    const { proxy } = disturbed
    proxy.inject(() => ({ kind: 'answer', status, body: s3Error(code) }))
    expect((await refusal({ endpoint: proxy.url, region: 'eu-west-1' })).message).toMatch(
      /it is in another region than eu-west-1/,
    )
  })

  test('B212 TLS that fails, and an endpoint that is away, are named at the start', async () => {
    await using files = await mkdtempDisposable(join(tmpdir(), 'tintype-tls-'))
    const [key, cert] = [join(files.path, 'key.pem'), join(files.path, 'cert.pem')]
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1']
    execFileSync('openssl', [...args, '-keyout', key, '-out', cert], { stdio: 'ignore' })
    const server = createTlsServer({ key: await readFile(key), cert: await readFile(cert) })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect((await refusal({ endpoint: `https://127.0.0.1:${port}` })).message).toMatch(
      /TLS certificate is not trusted/,
    )
    const plain = engine().endpoint.replace('http:', 'https:')
    expect((await refusal({ endpoint: plain })).message).toMatch(/does not speak TLS/)
    server.close()
    await once(server, 'close')
    expect((await refusal({ endpoint: `http://127.0.0.1:${port}` })).message).toMatch(
      /cannot be reached \(ECONNREFUSED\)/,
    )
  })

  test('B204 a start waits for an engine that is away, and says so once', async () => {
    await using disturbed = await open()
    const { proxy } = disturbed
    const warnings: string[] = []
    proxy.inject(() => {
      const isAway = warnings.length === 0
      return isAway ? { kind: 'answer', status: 503, body: s3Error('ServiceUnavailable') } : undefined
    })
    const onWarning = (warning: string) => warnings.push(warning)
    await using store = await openS3BlobStore(
      location({ endpoint: proxy.url, openPatienceMs: 30_000, onWarning }),
    )
    expect(warnings).toEqual([expect.stringMatching(/cannot be used: .+ waits for it up to 30 s$/)])
    expect(await store.stat(newKey())).toBeUndefined()
  })

  test('B204 an engine that is paused is reported in time, and works again', async () => {
    await using disturbed = await open()
    const { store } = disturbed
    const key = newKey()
    await store.put(key, makeBytes(1000), keep)
    engine().pauseGateway()
    try {
      const calls = [store.put(newKey(), makeBytes(1000), keep), store.open(key), store.stat(key)]
      for (const outcome of await Promise.allSettled<unknown>(calls))
        expect(outcome).toMatchObject({ reason: { code: 'STORAGE_UNAVAILABLE' } })
    } finally {
      engine().resumeGateway()
    }
    expect((await readBlob(store, key))?.byteLength).toBe(1000)
  })

  test('an engine that ignores conditions is found at the start, and still nothing is replaced', async () => {
    await using disturbed = await open()
    const { proxy } = disturbed
    const warnings: string[] = []
    proxy.inject(({ method, headers }) =>
      method === 'PUT' && headers['if-none-match']
        ? { kind: 'answer', status: 501, body: s3Error('NotImplemented') }
        : undefined,
    )
    await using store = await openS3BlobStore(
      location({
        endpoint: proxy.url,
        prefix: 'unconditional/',
        onWarning: (text: string) => warnings.push(text),
      }),
    )
    expect(warnings).toEqual([expect.stringContaining('If-None-Match')])
    const key = newKey()
    const bytes = makeBytes(10)
    expect(await store.put(key, bytes, keep)).toBe('stored')
    expect(await store.put(key, makeBytes(10), keep)).toBe('exists')
    expect(await readBlob(store, key)).toEqual(bytes)
  })
})
