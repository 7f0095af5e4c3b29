import { mkdir, mkdtempDisposable, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigError } from '../config/config-error.ts'
import type { MountPoints } from './mount-points.ts'
import { refuseUnmounted } from './refuse-unmounted.ts'

const machine = (mounted: readonly string[], expected: readonly string[] = []): MountPoints => ({
  isMounted: (directory) => mounted.includes(directory),
  expected: ['/', ...expected],
})

function outcomeOf(places: readonly string[], options: Parameters<typeof refuseUnmounted>[1]) {
  try {
    refuseUnmounted(places, options)
    return 'accepted'
  } catch (error) {
    return error instanceof ConfigError ? error.message : error
  }
}

test('B193: a mount point that is required must have something mounted on it', () => {
  const requiredMounts = ['/srv/a', '/srv/b']
  const all = { requiredMounts, mountPoints: machine(['/srv/a', '/srv/b']) }
  expect(outcomeOf(['/srv/a/photos'], all)).toBe('accepted')
  const one = { requiredMounts, mountPoints: machine(['/srv/a']) }
  expect(outcomeOf(['/srv/a/photos'], one)).toMatch(/^Nothing is mounted on \/srv\/b, .*start again$/)
})

test('B193: a place below a mount point of fstab is refused until that is mounted, by a symbolic link too', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-mounts-'))
  const disk = join(home.path, 'disk')
  const linked = join(home.path, 'linked')
  await mkdir(disk)
  await symlink(disk, linked)
  for (const place of [disk, join(disk, 'photos/media'), join(linked, 'photos')]) {
    const unmounted = outcomeOf([home.path, place], { mountPoints: machine([], [disk]) })
    expect(unmounted).toMatch(/is not mounted: \/etc\/fstab names it, .*start again/)
    expect(outcomeOf([place], { mountPoints: machine([disk], [disk]) })).toBe('accepted')
  }
  expect(outcomeOf([join(home.path, 'disk2')], { mountPoints: machine([], [disk]) })).toBe('accepted')
})

test('a place on this machine needs no mount', () => {
  expect(outcomeOf([join(tmpdir(), 'tintype-none/photos')], {})).toBe('accepted')
})
