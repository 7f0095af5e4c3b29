import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { readControlGroupLimit } from './control-group-limit.ts'

const mebibyte = 1024 ** 2
const service = '/tintype.slice/tintype.service'

test.each([
  ['a service', service, { [`${service}/memory.max`]: `${512 * mebibyte}` }, 512],
  ['a container, which sees its own group as the root', '/', { '/memory.max': `${512 * mebibyte}` }, 512],
  [
    'a slice, and none of its service',
    service,
    { '/tintype.slice/memory.max': `${768 * mebibyte}`, [`${service}/memory.max`]: 'max' },
    768,
  ],
  [
    'both, of which the smaller one counts',
    service,
    { '/tintype.slice/memory.max': `${512 * mebibyte}`, [`${service}/memory.max`]: `${768 * mebibyte}` },
    512,
  ],
  [
    'memory.high, which is less',
    service,
    { [`${service}/memory.max`]: `${768 * mebibyte}`, [`${service}/memory.high`]: `${640 * mebibyte}` },
    640,
  ],
  ['none', service, { [`${service}/memory.max`]: 'max', [`${service}/memory.high`]: 'max' }, undefined],
  ['a group that is not visible', '/../../other', { '/memory.max': `${512 * mebibyte}` }, undefined],
])('S-10: with control groups of version 2 the limit of %s', async (_, group, files, mebibytes) => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-groups-'))
  const root = join(home.path, 'tree')
  await mkdir(root)
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), `${text}\n`)
  }
  const membership = join(home.path, 'cgroup')
  await writeFile(membership, `0::${group}\n`)
  expect(readControlGroupLimit({ membership, root })).toBe(mebibytes && mebibytes * mebibyte)
})

test('S-10: with control groups of version 1, or without any, there is no such limit', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-groups-'))
  const membership = join(home.path, 'cgroup')
  expect(readControlGroupLimit({ membership, root: home.path })).toBeUndefined()
  await writeFile(membership, '5:memory:/docker/1\n1:name=systemd:/docker/1\n')
  expect(readControlGroupLimit({ membership, root: home.path })).toBeUndefined()
})
