import { mkdtempDisposable, readdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeImage } from '@tintype/imaging/testing'
import { expect, test, vi } from 'vitest'
import { openConnection, requestHead } from './support/raw-http.ts'
import { startTintype } from './support/start-tintype.ts'
import { readMedia, uploadPhoto } from './support/upload.ts'
import { settled, waiting } from './support/uploads.ts'

test.skipIf(process.platform === 'win32')(
  'B183: files of the server are writable by its user only, readable by its group, and executable by no one',
  async () => {
    await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-modes-'))
    const dataDirectory = join(home.path, 'made', 'data')
    await using tintype = await startTintype({ dataDirectory })
    const image = await makeImage({ width: 900, height: 900, format: 'png' })
    const { id } = await uploadPhoto(tintype.url, image)
    await settled(tintype)
    await readMedia(tintype.url, `/media/${id}/w160.jpg`)
    // one that is still arriving has a file in staging
    using connection = await openConnection(tintype.url)
    const headers = { 'Content-Type': 'image/png', 'Content-Length': image.length }
    await connection.write(requestHead('POST /photos', headers))
    await connection.write(image.subarray(0, -1))
    await vi.waitFor(async () => expect(await tintype.staged()).not.toEqual([]), waiting)

    const entries = await readdir(dataDirectory, { recursive: true, withFileTypes: true })
    const kept = entries.map((entry) => join(entry.parentPath, entry.name))
    const tooOpen: string[] = []
    for (const path of [dataDirectory, ...kept]) {
      const found = await stat(path)
      const allowed = found.isDirectory() ? 0o750 : 0o640
      if ((found.mode & 0o777 & ~allowed) !== 0) tooOpen.push(`${path} ${(found.mode & 0o777).toString(8)}`)
    }
    expect(tooOpen).toEqual([])
    expect(kept.length).toBeGreaterThan(8)
  },
)
