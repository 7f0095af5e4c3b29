import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Photo } from '@tintype/client'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repository, startTintype, type Tintype } from '../support/start-tintype.ts'

/** A free port of loopback, as far as one can be known before it is taken. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** nginx with the configuration that the documents give, on ports and directories of its own. */
async function startNginx(tintype: Tintype): Promise<{ url: string } & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'tintype-nginx-'))
  const port = await freePort()
  const server = (await readFile(join(repository, 'docs/nginx.conf'), 'utf8'))
    .replace('listen 8080', `listen 127.0.0.1:${port}`)
    .replace('127.0.0.1:3000', new URL(tintype.url).host)
    .replaceAll('/srv/tintype/media', join(tintype.dataDirectory, 'media'))
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (one) => `${one}_temp_path ${directory}/${one};`,
  )
  const main = `${user} daemon off; pid ${directory}/pid; error_log ${directory}/error.log; worker_processes 1;
events {} http { access_log off; ${temporary.join(' ')}\n${server}\n}`
  await writeFile(join(directory, 'nginx.conf'), main)
  const args = ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', join(directory, 'error.log')]
  execFileSync('nginx', ['-t', '-q', ...args], {
    stdio: 'pipe',
    env: { PATH: `${process.env.PATH}:/usr/sbin` },
  })
  const child = spawn('nginx', args, { stdio: 'ignore', env: { PATH: `${process.env.PATH}:/usr/sbin` } })
  const url = `http://127.0.0.1:${port}`
  await answering(`${url}/healthz`)
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await once(child, 'exit')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** nginx says nothing when it is ready, so it is asked. */
async function answering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const status = await fetch(url).then(
      (answer) => answer.status,
      () => 0,
    )
    if (status === 200) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error('nginx does not answer')
}

describe('nginx in front, as docs/nginx.conf has it', () => {
  let tintype: Tintype
  let nginx: { url: string } & AsyncDisposable
  let photo: Photo
  let bytes: Uint8Array

  beforeAll(async () => {
    tintype = await startTintype()
    nginx = await startNginx(tintype)
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
  afterAll(async () => {
    await nginx[Symbol.asyncDispose]()
    await tintype[Symbol.asyncDispose]()
  })

  test('an original is served from the disk under the same URL, with the same promises', async () => {
    const answer = await fetch(nginx.url + photo.url)
    expect(answer.headers.get('server')).toMatch(/nginx/)
    expect(answer.headers.get('x-request-id')).toBeNull()
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(new Uint8Array(bytes))
    const direct = await fetch(tintype.url + photo.url)
    for (const name of ['content-type', 'cache-control', 'x-content-type-options', 'content-security-policy'])
      expect(answer.headers.get(name)).toBe(direct.headers.get(name))
    const part = await fetch(nginx.url + photo.url, { headers: { range: 'bytes=10-19' } })
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

  test('a download keeps its name, a deleted photo is gone', async () => {
    const download = await fetch(`${nginx.url}${photo.url}?download`)
    expect(download.headers.get('content-disposition')).toContain('cat.jpg')
    expect((await fetch(`${nginx.url}/photos/${photo.id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await fetch(nginx.url + photo.url)).status).toBe(404)
    expect((await fetch(`${nginx.url}/media/${photo.id}/w320.webp`)).status).toBe(404)
  })
})
