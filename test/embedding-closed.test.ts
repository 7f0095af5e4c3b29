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

test('an embedded Tintype with a public URL is open only if the application chose that', async () => {
  const publicUrl = 'https://photos.example.com'
  await expect(openEmbedded({ publicUrl })).rejects.toMatchObject({
    name: 'ConfigError',
    problems: [expect.stringMatching(/^access: publicUrl is on another host/)],
  })
  await using chosen = await openEmbedded({ publicUrl, access: 'open' })
  expect(chosen.lines.map(({ event }) => event)).not.toContain('open-behind-proxy')
})
