import { join } from 'node:path'
import { makeImage } from '@tintype/imaging/testing'
import { expect, test, vi } from 'vitest'
import { openDataDirectory } from './faults/data-directory.ts'
import { targetAt } from './support/base-path.ts'
import { runCommand } from './support/run-command.ts'
import { startTintype } from './support/start-tintype.ts'
import { readMedia, uploadPhoto } from './support/upload.ts'
import { waiting } from './support/uploads.ts'

test('TINTYPE_EAGER_RENDITIONS=ladder makes every width of a photo without a request, and a restored library the same bytes', async () => {
  await using home = await openDataDirectory()
  await using tintype = await startTintype({ env: { TINTYPE_EAGER_RENDITIONS: 'ladder' } })
  const { id } = await uploadPhoto(tintype.url, await makeImage({ width: 700, height: 500, format: 'jpeg' }))
  const input = encodeURIComponent(JSON.stringify({ photoId: id }))
  const listed = async () => {
    const answer = await fetch(`${tintype.url}/trpc/thumbnails.list?input=${input}`)
    const { result } = (await answer.json()) as { result: { data: { url: string }[] } }
    return result.data.map(({ url }) => url).sort()
  }
  const urls = ['w160', 'w320', 'w480', 'w640'].flatMap((name) => [`${name}.avif`, `${name}.webp`])
  const expected = ['thumb.webp', ...urls].map((name) => targetAt(tintype.url, `/media/${id}/${name}`))
  await vi.waitFor(async () => expect(await listed()).toEqual(expected), waiting)
  const limits = await (await fetch(`${tintype.url}/trpc/system.limits`)).json()
  for (const name of ['w160', 'w320', 'w480', 'w640'])
    expect(limits.result.data.eager[name].toSorted()).toEqual(['avif', 'webp'])
  const read = (url: string) => Promise.all(expected.map((path) => readMedia(url, path)))
  const before = await read(tintype.url)
  expect(await tintype.stop()).toBe(0)
  expect(await tintype.blobs()).toHaveLength(expected.length + 1)

  const [backup, restored] = [join(home.path, 'backup'), join(home.path, 'restored')]
  expect(await runCommand(tintype.dataDirectory, 'backup', backup)).toMatchObject({ code: 0 })
  expect(await runCommand(restored, 'restore', backup)).toMatchObject({ code: 0 })
  await using again = await startTintype({ dataDirectory: restored })
  expect(await again.blobs()).toHaveLength(1)
  expect((await read(again.url)).map((bytes, at) => [expected[at], before[at]?.equals(bytes)])).toEqual(
    expected.map((url) => [url, true]),
  )
})
