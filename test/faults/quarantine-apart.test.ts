import { cp, readFile, symlink, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canMount } from '../support/means.ts'
import { runCommand } from '../support/run-command.ts'
import { startTintype } from '../support/start-tintype.ts'
import { expectPhoto, postBytes } from '../support/uploads.ts'
import { openDataDirectory } from './data-directory.ts'
import { createSamplePhotos, sha256 } from './sample-photos.ts'
import { mountSmallDisk } from './small-disk.ts'

test.skipIf(!canMount)(
  'B170 B184 quarantine on a disk of its own gets copies, of broken photos and of originals without a row (needs root, to mount one)',
  async () => {
    const makeSample = await createSamplePhotos()
    await using data = await openDataDirectory()
    await using disk = await mountSmallDisk(4 * 1024 * 1024)
    await symlink(disk.path, join(data.path, 'quarantine'))
    const sample = makeSample(1, 100_000)
    const fileOf = (id: string) => `originals/${id.slice(0, 7)}/${id}.jpg`
    const upload = async (nonce: number) => {
      await using tintype = await startTintype({ dataDirectory: data.path })
      return expectPhoto(await postBytes(tintype, makeSample(nonce, 100_000).bytes())).id
    }
    const broken = await upload(2)
    await cp(join(data.path, 'tintype.db'), join(data.path, 'older.db'))
    const orphan = await upload(1)
    await cp(join(data.path, 'older.db'), join(data.path, 'tintype.db'))
    await upload(3)
    await truncate(join(data.path, 'media', fileOf(broken)), 70_000)
    await data.age()

    const ending = await runCommand(data.path, 'doctor', '--repair', '--delete-broken-photos')
    expect(ending.stdout).toMatch(/; quarantined\n/)
    const kept = await readFile(join(disk.path, `${broken}.jpg`))
    expect(kept).toEqual(makeSample(2, 100_000).bytes().subarray(0, 70_000))
    await using tintype = await startTintype({ dataDirectory: data.path })
    expect(await tintype.logged((line) => line.event === 'sweep')).toMatchObject({ setAside: 1 })
    expect(sha256(await readFile(join(disk.path, fileOf(orphan))))).toBe(sample.sha256)
  },
)
