import { execFileSync } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { hasLoopDisks } from '../support/means.ts'
import { runServer } from '../support/run-server.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { ask, expectPhoto, expectProblem, postBytes, waiting } from '../support/uploads.ts'
import { openDataDirectory } from './data-directory.ts'
import { openLoopDisk } from './loop-disk.ts'
import { runDiskLosses } from './run-disk-losses.ts'
import { createSamplePhotos, sha256 } from './sample-photos.ts'
import { startMounted } from './start-mounted.ts'

const mebibyte = 1024 * 1024

describe.skipIf(!hasLoopDisks)(
  'a disk that is lost (needs root and xfs_io, to mount one and to lose it)',
  () => {
    test('B168: power cuts of a real file system under load lose nothing that was acknowledged', async () => {
      const report = await runDiskLosses({ cuts: 3, seed: 1 })
      expect(report).toMatchObject({ cuts: 3, lost: [], broken: [] })
      expect(report.acknowledged).toBeGreaterThan(0)
      expect(report.refused).toBeGreaterThan(0)
    }, 900_000)

    test('B164: on a file system that finds an error and refuses writes, uploads are 503 and stored photos are served', async () => {
      const makeSample = await createSamplePhotos()
      await using disk = await openLoopDisk(64 * mebibyte)
      await using tintype = await startTintype({ dataDirectory: disk.path })
      const photo = expectPhoto(await postBytes(tintype, makeSample(1, 2000).bytes()))
      expect((await ask(tintype, photo.thumbnail.url)).status).toBe(200)
      await disk.breakToReadOnly()
      for (const byteSize of [2000, 2 * mebibyte])
        expectProblem(
          await postBytes(tintype, makeSample(byteSize, byteSize).bytes()),
          503,
          'STORAGE_UNAVAILABLE',
        )
      const deletion = await ask(tintype, `/photos/${photo.id}`, { method: 'DELETE' })
      expectProblem(deletion, 503, 'CATALOG_UNAVAILABLE')
      await vi.waitFor(async () => expect((await ask(tintype, '/readyz')).status).toBe(503), waiting)
      expect((await ask(tintype, '/healthz')).status).toBe(200)
      expect(sha256((await ask(tintype, photo.url)).body)).toBe(photo.sha256)
      expect((await ask(tintype, photo.thumbnail.url)).status).toBe(200)
    })
  },
)

const canMount = process.platform === 'linux' && process.getuid?.() === 0

describe.skipIf(!canMount)('a start on a disk that cannot be used (needs root, to mount one)', () => {
  test.each([
    {
      what: 'B164: a read-only data directory',
      place: '.',
      options: 'ro',
      says: /cannot start: The data directory cannot be written/,
    },
    {
      what: 'B188: a media directory on another file system than staging',
      place: 'media',
      options: 'rw',
      says: /cannot start: .*same file system/,
    },
  ])('$what is refused, with the reason', async ({ place, options, says }) => {
    await using data = await openDataDirectory()
    const mounted = join(data.path, place)
    await mkdir(mounted, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=1m,${options}`, 'tmpfs', mounted])
    try {
      const { code, stdout, stderr } = await runServer({ TINTYPE_DATA_DIR: data.path })
      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(says)
      expect(stderr).not.toMatch(/^\s+at /m)
    } finally {
      execFileSync('umount', [mounted])
    }
  })

  test('B193: a start on a mount point without its disk is refused and makes nothing, by fstab or by a setting', async () => {
    await using data = await openDataDirectory()
    const place = join(data.path, 'photos')
    const fstab = `printf 'UUID=1234 ${data.path}/ ext4 defaults 0 2\\n' > ${data.path}/../fstab-$$`
    const byFstab = `${fstab}; mount --bind ${data.path}/../fstab-$$ /etc/fstab; rm ${data.path}/../fstab-$$`
    const starts = [
      { setUp: byFstab, env: {}, says: /is not mounted: \/etc\/fstab names it/ },
      { setUp: 'true', env: { TINTYPE_REQUIRE_MOUNT: data.path }, says: /^Nothing is mounted on / },
      {
        setUp: 'mount -t tmpfs tmpfs /mnt; mkdir /mnt/disk',
        env: {},
        at: '/mnt/disk/photos',
        says: /is an empty directory/,
      },
    ]
    for (const { setUp, env, at = place, says } of starts) {
      using server = await startMounted(setUp, { ...env, TINTYPE_DATA_DIR: at })
      expect([await server.exitCode, await server.output]).toEqual([1, ''])
      expect(await server.errors).toMatch(says)
      expect((await server.errors).trim()).not.toContain('\n')
      expect(await readdir(data.path)).toEqual([])
    }
    const mounted = `${byFstab}; mount -t tmpfs tmpfs ${data.path}`
    using server = await startMounted(mounted, { TINTYPE_REQUIRE_MOUNT: data.path, TINTYPE_DATA_DIR: place })
    expect((await fetch(`${await server.url}/readyz`)).status).toBe(200)
  })

  test('a read-only root without a temporary directory is enough; originals that cannot be written are not', async () => {
    const makeSample = await createSamplePhotos()
    await using data = await openDataDirectory()
    const readOnly = `mount -t tmpfs tmpfs ${data.path}; mount -o remount,ro,bind /`
    using server = await startMounted(readOnly, { TINTYPE_DATA_DIR: join(data.path, 'photos') })
    const url = await server.url
    const tintype = { url } as Tintype
    expectPhoto(await postBytes(tintype, makeSample(1, 2000).bytes()))
    expect((await ask(tintype, '/readyz')).status).toBe(200)

    const originals = join(data.path, 'photos/media/originals')
    server.mount(`mount --bind ${originals} ${originals}; mount -o remount,ro,bind ${originals}`)
    await vi.waitFor(async () => expect((await ask(tintype, '/readyz')).status).toBe(503), waiting)
    expectProblem(await postBytes(tintype, makeSample(2, 2000).bytes()), 503, 'STORAGE_UNAVAILABLE')
  })

  test('B193: a disk that is unmounted while the server runs is 503, and nothing is made in its mount point', async () => {
    const makeSample = await createSamplePhotos()
    await using data = await openDataDirectory()
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', data.path])
    await using tintype = await startTintype({ dataDirectory: data.path }).finally(() =>
      execFileSync('umount', ['--lazy', data.path]),
    )
    expectProblem(await postBytes(tintype, makeSample(1, 2000).bytes()), 503, 'STORAGE_UNAVAILABLE')
    expect((await ask(tintype, '/readyz')).status).toBe(503)
    const metrics = (await ask(tintype, '/metrics')).body.toString()
    expect(metrics).toMatch(/^tintype_ready\{part="storage"\} 0$/m)
    expect(metrics).not.toMatch(/^tintype_disk_free_bytes\{/m)
    expect(await readdir(data.path)).toEqual([])
  })

  test('B161: an upload without a free inode is 507, and the next one works once there is one', async () => {
    const makeSample = await createSamplePhotos()
    await using data = await openDataDirectory()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,nr_inodes=60', 'tmpfs', data.path])
    try {
      await using tintype = await startTintype({ dataDirectory: data.path })
      const ids: string[] = []
      let answer = await postBytes(tintype, makeSample(0, 2000).bytes())
      for (let nonce = 1; answer.status === 201; nonce += 1) {
        ids.push(expectPhoto(answer).id)
        answer = await postBytes(tintype, makeSample(nonce, 2000).bytes())
      }
      expectProblem(answer, 507, 'STORAGE_FULL')
      expect(ids.length).toBeGreaterThan(5)
      await vi.waitFor(async () => expect(await tintype.staged()).toEqual([]), waiting)
      for (const id of ids.slice(0, 2))
        expect((await ask(tintype, `/photos/${id}`, { method: 'DELETE' })).status).toBe(204)
      expectPhoto(await postBytes(tintype, makeSample(5000, 2000).bytes()))
    } finally {
      execFileSync('umount', [data.path])
    }
  })
})
