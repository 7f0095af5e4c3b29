import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makeImage } from '@tintype/imaging/testing'
import { expect, test } from 'vitest'
import { openEmbedded, serve } from './support/open-embedded.ts'

const adminKey = 'operator-operator-operator-operator'

test('an embedded Tintype that is closed answers credentials only; the application itself may do everything', async () => {
  await using opened = await openEmbedded({ access: 'closed', adminKey, basePath: '/files' })
  const { tintype, dataDirectory } = opened
  await using server = await serve(tintype.listener)
  const list = async (headers: Record<string, string> = {}) => {
    const answer = await fetch(`${server.url}/files/trpc/photos.list`, { headers })
    return [answer.status, (await answer.json()).result?.data.photos.length]
  }
  const made = await fetch(`${server.url}/files/trpc/keys.create`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${adminKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'shop', scopes: ['manage'] }),
  })
  const { key } = (await made.json()).result.data
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'image/jpeg' }
  const body = new Uint8Array(await makeImage({ width: 80, height: 60, format: 'jpeg' }))
  const uploading = fetch(`${server.url}/files/photos?visibility=private`, { method: 'POST', headers, body })
  const photo = await (await uploading).json()
  expect(await list()).toEqual([401, undefined])
  expect(await list({ Authorization: `Bearer ${key}` })).toEqual([200, 1])
  expect(await list({ Authorization: `Bearer ${adminKey}` })).toEqual([200, 1])
  expect((await fetch(new URL(photo.url, server.url))).status).toBe(200)
  expect((await fetch(`${server.url}/files/media/${photo.id}.jpg`)).status).toBe(404)
  expect((await tintype.as({ owner: null }).photos.list()).photos).toMatchObject([{ id: photo.id }])
  expect((await stat(join(dataDirectory, 'signing-secrets'))).mode & 0o777).toBe(0o600)
  expect(opened.lines.filter(({ event }) => event === 'admin-key')).toEqual([])
})

test('B228 what the application does in process is in the audit log, and the tokens that it makes upload', async () => {
  await using opened = await openEmbedded({ access: 'closed', adminKey })
  const { tintype } = opened
  await using server = await serve(tintype.listener)
  const application = tintype.as({ owner: null })
  const alice = tintype.as({ owner: 'alice' })
  const image = new Uint8Array(await makeImage({ width: 80, height: 60, format: 'jpeg' }))
  const upload = (bearer: string) =>
    fetch(`${server.url}/photos`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'image/jpeg' },
      body: image,
    })

  const { token } = await alice.tokens.createUpload({ visibility: 'private', metadata: { order: 7 } })
  const uploaded = await upload(token)
  expect(uploaded.status).toBe(201)
  const photo = await uploaded.json()
  expect(photo).toMatchObject({ owner: 'alice', visibility: 'private', metadata: { order: 7 } })
  expect((await upload(token)).status).toBe(409)
  await expect(alice.tokens.createUpload({ owner: 'bob' })).rejects.toMatchObject({ code: 'FORBIDDEN' })

  const { key, id } = await application.keys.create({ name: 'shop', scopes: ['upload'] })
  expect((await upload(key)).status).toBe(201)
  await application.keys.revoke({ id })
  const [link] = await alice.urls.sign({ photoId: photo.id })
  expect((await fetch(new URL(link?.url ?? '', server.url))).status).toBe(200)
  expect(await application.owners.usage({ owner: 'alice' })).toMatchObject({ photos: 1 })
  await alice.photos.update({ id: photo.id, title: 'Mine' })
  await application.photos.delete({ id: photo.id })
  await expect(alice.audit.list()).rejects.toMatchObject({ code: 'FORBIDDEN' })

  const { entries } = await application.audit.list()
  expect(entries.map(({ actor, action, target }) => [actor, action, target])).toEqual([
    ['local', 'photo.delete', photo.id],
    ['local:alice', 'photo.update', photo.id],
    ['local', 'key.revoke', id],
    ['local', 'key.create', id],
  ])
})

test('an embedded Tintype that is open has no keys and no audit log', async () => {
  await using opened = await openEmbedded()
  const { keys, audit } = opened.tintype.as({ owner: null })
  const refused = { code: 'INVALID_REQUEST', message: expect.stringContaining('closed') }
  await expect(keys.create({ name: 'shop', scopes: ['read'] })).rejects.toMatchObject(refused)
  await expect(audit.list()).rejects.toMatchObject(refused)
})

test('an embedded Tintype with a public URL is open only if the application chose that', async () => {
  const publicUrl = 'https://photos.example.com'
  await expect(openEmbedded({ publicUrl })).rejects.toMatchObject({
    name: 'ConfigError',
    problems: [expect.stringMatching(/^access: publicUrl is on another host/)],
  })
  await using chosen = await openEmbedded({ publicUrl, access: 'open' })
  expect(chosen.lines.map(({ event }) => event)).not.toContain('open-behind-proxy')
})
