import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test, vi } from 'vitest'
import { openDataDirectory } from './faults/data-directory.ts'
import { sha256 } from './faults/sample-photos.ts'
import { runCommand } from './support/run-command.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { ask, expectPhoto, postBytes, readMetric, waiting } from './support/uploads.ts'

const mebibyte = 1024 * 1024

async function renditionBytes({ dataDirectory, blobs }: Tintype): Promise<number> {
  const names = (await blobs()).filter((name) => name.startsWith('renditions/'))
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(dataDirectory, 'media', name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

test('S-08, B297: however many renditions of one upload are requested, their bytes are bounded, and stay the same', async () => {
  await using data = await openDataDirectory()
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  const jpeg = await sharp({ create: { width: 1000, height: 700, channels: 3, background: '#000', noise } })
    .jpeg({ quality: 30 })
    .toBuffer()
  const env = { TINTYPE_RENDITION_CACHE_PER_PHOTO: '1mb' }
  const hashes = new Map<string, string>()
  let paths: string[] = []
  {
    await using tintype = await startTintype({ dataDirectory: data.path, env })
    const counted = () => readMetric(tintype, 'tintype_rendition_bytes')
    await vi.waitFor(async () => expect(await counted()).toBe(0), waiting)
    const { id } = expectPhoto(await postBytes(tintype, jpeg))
    paths = ['w320', 'w640', 'w960'].flatMap((name) =>
      ['png', 'jpg'].map((format) => `/media/${id}/${name}.${format}`),
    )
    let sentBytes = 0
    for (const path of paths) {
      const { status, body } = await ask(tintype, path)
      expect([path, status]).toEqual([path, 200])
      hashes.set(path, sha256(body))
      sentBytes += body.length
    }
    expect(sentBytes).toBeGreaterThan(2 * mebibyte)
    expect(await counted()).toBeGreaterThan(2 * mebibyte) // those that were removed since the count are in it
    expect(await renditionBytes(tintype)).toBeLessThan(1.1 * mebibyte)
    for (const path of paths)
      expect([path, sha256((await ask(tintype, path)).body)]).toEqual([path, hashes.get(path)])
  }

  const dry = await runCommand(data.path, 'renditions', 'prune', '--to', '50kb', '--dry-run')
  expect(dry).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^[1-9]\d* of \d+ renditions would be removed: /),
  })
  expect((await runCommand(data.path, 'renditions', 'prune', '--to', '1')).stdout).toMatch(
    /renditions were removed/,
  )
  expect((await runCommand(data.path, 'doctor')).code).toBe(0)
  await using tintype = await startTintype({
    dataDirectory: data.path,
    env: { ...env, TINTYPE_RENDITION_CACHE: '1gb' },
  })
  expect(await renditionBytes(tintype)).toBe(0)
  const metrics = (await ask(tintype, '/metrics')).body.toString()
  expect(metrics).toMatch(/^tintype_rendition_bytes /m)
  for (const path of paths)
    expect([path, sha256((await ask(tintype, path)).body)]).toEqual([path, hashes.get(path)])
})
