import { readFile } from 'node:fs/promises'
import { makeGpsJpeg } from '@tintype/imaging/testing'
import { expect, test } from 'vitest'
import { listChildren } from './support/list-children.ts'
import { startTintype } from './support/start-tintype.ts'
import { expectPhoto, postBytes, settled } from './support/uploads.ts'

/** Whether a process has loaded the image library, without which nothing decodes. */
async function hasImageLibrary(pid: number | string): Promise<boolean> {
  return /libvips|sharp/.test(await readFile(`/proc/${pid}/maps`, 'utf8'))
}

// Other work that could be long is limited in its reader: EXIF to 64 KiB, JSON to 256 KiB, hashing to pieces of a megabyte.
test.skipIf(process.platform !== 'linux')(
  'B310: the server decodes pixels in other processes (needs /proc)',
  async () => {
    await using tintype = await startTintype()
    expectPhoto(await postBytes(tintype, await makeGpsJpeg()))
    await settled(tintype)
    const decoders = await Promise.all((await listChildren(tintype.pid)).map(hasImageLibrary))
    expect(decoders).toContain(true)
    expect(await hasImageLibrary(tintype.pid)).toBe(false)
  },
)
