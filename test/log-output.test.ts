import { closeSync, openSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeImage } from '@tintype/imaging/testing'
import { describe, expect, test } from 'vitest'
import { type SilentTintype, startSilent } from './support/start-silent.ts'
import { readMedia, uploadPhoto } from './support/upload.ts'

/** More lines than a pipe holds: 64 KiB on Linux. */
const manyRequests = 400

async function works({ url }: SilentTintype): Promise<void> {
  const image = await makeImage({ width: 80, height: 60, format: 'jpeg' })
  for (let done = 0; done < manyRequests; done += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(`${url}/photos/none`)))
    for (const answer of answers) expect(answer.status).toBe(404)
  }
  const photo = await uploadPhoto(url, image)
  expect((await readMedia(url, photo.url)).equals(image)).toBe(true)
}

describe('B312 the service goes on', () => {
  test('where its log is a pipe that was closed', async () => {
    await using data = await mkdtempDisposable(join(tmpdir(), 'tintype-'))
    await using tintype = await startSilent(data.path, 'pipe')
    tintype.closeLog()
    await works(tintype)
  })

  test('where its log is a pipe that nobody reads', async () => {
    await using data = await mkdtempDisposable(join(tmpdir(), 'tintype-'))
    await using tintype = await startSilent(data.path, 'pipe')
    await works(tintype)
  })

  test.skipIf(process.platform !== 'linux')(
    'where the disk of its log is full (needs /dev/full)',
    async () => {
      await using data = await mkdtempDisposable(join(tmpdir(), 'tintype-'))
      const full = openSync('/dev/full', 'w')
      await using tintype = await startSilent(data.path, full)
      closeSync(full)
      await works(tintype)
    },
  )
})
