import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

/** A separate file system, ext4 in a file, that tests can damage. Disposing it unmounts and removes it. */
export interface LoopDisk extends AsyncDisposable {
  /** The mount point. */
  readonly path: string
  /** Cuts the power: from now on everything fails, and unsynced data is lost. */
  cutPower(): void
  /** Makes the file system find an error, after which it accepts no more writes. */
  breakToReadOnly(): Promise<void>
  /** Mounts it again. No process may have one of its files open. */
  remount(): void
}

/** Makes one. @param byteSize 16 MiB at least */
export async function openLoopDisk(byteSize: number): Promise<LoopDisk> {
  const directory = await mkdtemp(join(tmpdir(), 'tintype-disk-'))
  await using opening = new AsyncDisposableStack()
  opening.defer(() => rm(directory, { recursive: true }))
  const image = join(directory, 'image')
  const path = join(directory, 'mounted')
  await mkdir(path)
  {
    await using file = await open(image, 'w')
    await file.truncate(byteSize)
  }
  run('mkfs.ext4', '-q', '-F', image)
  const mount = () => run('mount', '-o', 'loop,errors=remount-ro', image, path)
  mount()
  opening.defer(() => run('umount', path))
  const owned = opening.move()
  return {
    path,
    cutPower: () => run('xfs_io', '-x', '-c', 'shutdown', path),
    async breakToReadOnly() {
      const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n')
      const [device = ''] = mounts.find((line) => line.split(' ')[1] === path)?.split(' ') ?? []
      await writeFile(`/sys/fs/ext4/${basename(device)}/trigger_fs_error`, '1')
    },
    remount() {
      run('umount', path)
      mount()
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
