import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { contains } from '../config/contains.ts'
import { storageDirectory } from '../config/engines/storage-url.ts'
import { type MountPoints, readMountPoints } from './mount-points.ts'

/** Directories in which systems have the mount points of disks, directly or one for each user. */
const mountParents = ['/mnt', '/media', '/run/media', '/Volumes']

/** The places on disk of a library. */
export function placesOf({
  dataDirectory,
  storage,
  catalog,
}: Pick<Config, 'dataDirectory' | 'storage' | 'catalog'>): readonly string[] {
  const file = catalog.kind === 'sqlite' ? dirname(catalog.file) : undefined
  return [dataDirectory, storageDirectory(storage), file].filter((one) => one !== undefined)
}

/**
 * Refuses to use places whose disk is not mounted. A server would start with an empty library in the mount point, and its
 * photos would be hidden as soon as the disk is mounted.
 *
 * @param places absolute paths; they need not exist
 * @param options.requiredMounts directories that must be mount points, whatever else is known of them
 * @throws ConfigError if nothing is mounted on a required mount point, or on one of `/etc/fstab` that a place is below; if a
 *   place would be made in an empty directory below `/mnt`, `/media`, `/run/media` or `/Volumes` on which nothing is mounted
 */
export function refuseUnmounted(
  places: readonly string[],
  {
    requiredMounts = [],
    mountPoints = readMountPoints(),
  }: { readonly requiredMounts?: readonly string[]; readonly mountPoints?: MountPoints } = {},
): void {
  for (const directory of requiredMounts) {
    if (!mountPoints.isMounted(directory))
      throw new ConfigError(
        `Nothing is mounted on ${directory}, and TINTYPE_REQUIRE_MOUNT (or requireMount) names it. Mount its disk, and start again`,
      )
  }
  for (const place of places) {
    const real = resolveExisting(place)
    const unmounted = mountPoints.expected.find(
      (directory) =>
        directory !== '/' &&
        (contains(directory, place) || contains(directory, real)) &&
        !mountPoints.isMounted(directory),
    )
    if (unmounted !== undefined)
      throw new ConfigError(
        `The disk of ${unmounted} is not mounted: /etc/fstab names it, and ${place} is on it. Mount it ("mount ${unmounted}"), and start again. If it is not needed any more, remove its line from /etc/fstab`,
      )
    const empty = findEmptyMountPoint(real, mountPoints)
    if (empty !== undefined)
      throw new ConfigError(
        `${place} does not exist, and ${empty} is an empty directory on which nothing is mounted. Mount its disk, and start again. If no disk belongs there, make the directory yourself: mkdir -p ${place}`,
      )
  }
}

/** The path without symbolic links, as far as it exists. */
function resolveExisting(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(resolveExisting(dirname(path)), basename(path))
}

/** The directory in which a missing place would be made, if it looks like a mount point without its disk. */
function findEmptyMountPoint(place: string, { isMounted }: MountPoints): string | undefined {
  if (existsSync(place)) return undefined
  let directory = dirname(place)
  while (!existsSync(directory)) directory = dirname(directory)
  const isBelowParent = mountParents.some((parent) =>
    [dirname(directory), dirname(dirname(directory))].includes(parent),
  )
  if (!isBelowParent || readdirSync(directory).length > 0) return undefined
  for (let at = directory; !mountParents.includes(at); at = dirname(at)) if (isMounted(at)) return undefined
  return directory
}
