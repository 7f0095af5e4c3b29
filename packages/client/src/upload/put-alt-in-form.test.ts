import { expect, test } from 'vitest'
import { accept, openScriptedServer } from '../testing/scripted-server.ts'
import { createUploader } from './create-uploader.ts'

test('an alternative text that is too long for a URL is sent in a form', async () => {
  const alt = '猫"\r\n--'.repeat(333) // of 2000 characters, up to nine bytes each in a URL
  const long = { alt, title: 'Cat', tags: ['a'] }
  const inputs = [
    new Blob(['the bytes'], { type: 'image/png' }),
    new File(['the bytes'], 'a "b".jpg'),
    new Blob(['the bytes']).stream(),
  ]
  const names = []
  for (const input of inputs) {
    await using server = await openScriptedServer(accept)
    await createUploader(server).upload(input, long)
    const { body, headers, url } = server.seen[0] ?? expect.fail('no request')
    expect([url.pathname, url.search]).toEqual(['/photos', '?tags=a&title=Cat'])
    const answer = new Response(Buffer.from(body, 'latin1'), {
      headers: { 'content-type': String(headers['content-type']) },
    })
    const form = await answer.formData()
    const file = form.get('file') as File
    expect([form.get('alt'), await file.text()]).toEqual([alt, 'the bytes'])
    names.push(file.name)
  }
  expect(names).toEqual(['photo', 'a "b".jpg', 'photo'])
})

test('a name that is null, as in a photo, counts as absent', async () => {
  await using server = await openScriptedServer(accept)
  const options = { alt: 'long'.repeat(100), filename: null } as never
  await createUploader(server).upload(new File(['the bytes'], 'own.jpg'), options)
  expect(server.seen[0]?.body).toContain('filename="own.jpg"')
})
