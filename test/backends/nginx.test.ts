import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Photo } from '@tintype/client'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { urlAt } from '../support/base-path.ts'
import { repository, startTintype, type Tintype } from '../support/start-tintype.ts'

/**
 * nginx with the documented configuration, on its own socket and in its own directories. For a server below a path it is changed
 * as docs/operations.md says.
 */
async function startNginx(tintype: Tintype): Promise<{ url: string } & AsyncDisposable> {
  await using opening = new AsyncDisposableStack()
  const { path: directory } = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-nginx-')))
  // Opened here and inherited by nginx: no other process can get the port, and an early request waits for nginx.
  await using listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const { host, pathname } = new URL(tintype.url)
  const basePath = pathname.replace(/\/$/, '')
  const server = (await readFile(join(repository, 'docs/nginx.conf'), 'utf8'))
    .replaceAll(/(?<=location (?:~ "?\^)?)\/(?=media\/|\(metrics\|readyz\)| \{)/g, `${basePath}/`)
    .replace('listen 8080', `listen 127.0.0.1:${port}`)
    .replace('127.0.0.1:3000', host)
    .replaceAll('/srv/tintype/media', join(tintype.dataDirectory, 'media'))
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (one) => `${one}_temp_path ${directory}/${one};`,
  )
  const main = `${user} daemon off; pid ${directory}/pid; error_log ${directory}/error.log; worker_processes 1;
events {} http { access_log off; ${temporary.join(' ')}\n${server}\n}`
  await writeFile(join(directory, 'nginx.conf'), main)
  const args = ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', join(directory, 'error.log')]
  const PATH = `${process.env.PATH}:/usr/sbin`
  execFileSync('nginx', ['-t', '-q', ...args], { stdio: 'pipe', env: { PATH } })
  // nginx inherits sockets as in an upgrade on the fly: the variable NGINX has the numbers of the descriptors.
  const child = spawn('nginx', args, {
    stdio: ['ignore', 'ignore', 'ignore', descriptorOf(listener)],
    env: { PATH, NGINX: '3;' },
  })
  const exited = once(child, 'exit')
  opening.defer(async () => {
    child.kill('SIGTERM')
    await exited
  })
  const owned = opening.move()
  return { url: `http://127.0.0.1:${port}${basePath}`, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Node has no public name for it. */
function descriptorOf(listener: Server): number {
  return (listener as unknown as { readonly _handle: { readonly fd: number } })._handle.fd
}

describe.each(['/', '/a/b'])('nginx in front, as docs/nginx.conf has it, at %s', (basePath) => {
  const running = new AsyncDisposableStack()
  let tintype: Tintype
  let nginx: { url: string }
  let photo: Photo
  let bytes: Uint8Array

  beforeAll(async () => {
    tintype = running.use(await startTintype({ env: { TINTYPE_BASE_PATH: basePath } }))
    nginx = running.use(await startNginx(tintype))
    bytes = await makeImage({ width: 1200, height: 800, format: 'jpeg' })
    const headers = { 'content-type': 'image/jpeg' }
    const answer = await fetch(`${nginx.url}/photos/thumbnail?filename=cat.jpg`, {
      method: 'POST',
      body: new Uint8Array(bytes),
      headers,
    })
    expect(answer.status).toBe(201)
    photo = (await answer.json()).photo
  })
  afterAll(() => running.disposeAsync())

  test('an original is served from the disk under the same URL, with the same promises', async () => {
    const answer = await fetch(urlAt(nginx.url, photo.url))
    expect(answer.headers.get('server')).toMatch(/nginx/)
    expect(answer.headers.get('x-request-id')).toBeNull()
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(new Uint8Array(bytes))
    const direct = await fetch(urlAt(tintype.url, photo.url))
    for (const name of ['content-type', 'cache-control', 'x-content-type-options', 'content-security-policy'])
      expect(answer.headers.get(name)).toBe(direct.headers.get(name))
    const part = await fetch(urlAt(nginx.url, photo.url), { headers: { range: 'bytes=10-19' } })
    expect(part.status).toBe(206)
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(new Uint8Array(bytes.slice(10, 20)))
  })

  test('a rendition is made by Tintype the first time and served by nginx from then on', async () => {
    const path = `/media/${photo.id}/w320.webp`
    const made = await fetch(nginx.url + path)
    expect(made.status).toBe(200)
    expect(made.headers.get('x-request-id')).not.toBeNull()
    const served = await fetch(nginx.url + path)
    expect(served.headers.get('x-request-id')).toBeNull()
    expect(await served.arrayBuffer()).toEqual(await made.arrayBuffer())
  })

  test('the page and what only operators may see are passed on', async () => {
    for (const path of ['/', '/healthz', '/readyz']) {
      const answer = await fetch(nginx.url + path)
      expect([path, answer.status]).toEqual([path, 200])
    }
  })

  test('a download has the name of its photo, and a deleted photo is not found', async () => {
    const download = await fetch(urlAt(nginx.url, `${photo.url}?download`))
    expect(download.headers.get('content-disposition')).toContain('cat.jpg')
    expect((await fetch(`${nginx.url}/photos/${photo.id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await fetch(urlAt(nginx.url, photo.url))).status).toBe(404)
    expect((await fetch(`${nginx.url}/media/${photo.id}/w320.webp`)).status).toBe(404)
  })
})
