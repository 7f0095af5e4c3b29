import { expect, test } from 'vitest'
import { accept, openScriptedServer, samplePhoto } from '../testing/scripted-server.ts'
import { createUploader } from './create-uploader.ts'

test('name, title, alt and tags, whatever they contain', async () => {
  await using server = await openScriptedServer(accept)
  const text = { title: 'A & B=C?', alt: 'größe #1', tags: ['one', 'two words', 'a,b'] }
  await createUploader(server).upload(new File(['x'], 'x'), { ...text, filename: `it's (1)*;".jpg\ud800` })
  const { headers, url } = server.seen[0] ?? expect.fail('no request')
  expect(url.searchParams.getAll('title')).toEqual([text.title])
  expect(url.searchParams.getAll('alt')).toEqual([text.alt])
  expect(url.searchParams.getAll('tags')).toEqual(text.tags)
  const value = headers['content-disposition'] ?? ''
  expect(value).toMatch(/^attachment; filename\*=UTF-8''(?:[\w!#$&+.^`|~-]|%[\da-fA-F]{2})+$/) // RFC 8187 §3.2.1
  expect(decodeURIComponent(value.split("''")[1] ?? '')).toBe(`it's (1)*;".jpg\ufffd`)
})

test('a type of its own only for an image: the type of a form would make the server read one', async () => {
  await using server = await openScriptedServer(accept)
  const { upload } = createUploader(server)
  const types = ['image/png', 'multipart/form-data; boundary=b', 'text/html', 'image/']
  for (const type of types) await upload(new Blob(['x'], { type }))
  const octets = 'application/octet-stream'
  expect(server.seen.map(({ headers }) => headers['content-type'])).toEqual([
    'image/png',
    octets,
    octets,
    octets,
  ])
})

test('nothing for what is null, as in a photo', async () => {
  await using server = await openScriptedServer(accept)
  const { title, alt, owner } = { title: null, alt: null, owner: null } as never
  const { upload } = createUploader(server)
  await upload(new Blob(['x']), { title, alt, owner })
  expect(server.seen[0]?.url.search).toBe('')
  const options = null as never
  expect(await upload(new Blob(['x']), options)).toMatchObject({ id: samplePhoto.id })
})
