import { readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** What this machine mounts: now, and as it is configured. Paths are absolute. */
export interface MountPoints {
  /** Whether something is mounted on this directory; `false` also if it does not exist. */
  isMounted(directory: string): boolean
  /** Directories that `/etc/fstab` names; empty on systems without that file. */
  readonly expected: readonly string[]
}

/** Reads the mount points of this machine. */
export function readMountPoints(): MountPoints {
  const mounted = readTable('/proc/self/mountinfo', 4)
  return {
    isMounted: (directory) =>
      mounted === undefined ? isOnOwnDevice(directory) : mounted.has(realPathOf(directory)),
    expected: [...(readTable('/etc/fstab', 1) ?? [])].filter((path) => path.startsWith('/')),
  }
}

/** One column of a table in the form of fstab; `undefined` if the file cannot be read. */
function readTable(file: string, column: number): ReadonlySet<string> | undefined {
  try {
    const lines = readFileSync(file, 'utf8').split('\n')
    const rows = lines.filter((line) => !/^\s*(?:#|$)/.test(line)).map((line) => line.trim().split(/\s+/))
    return new Set(rows.map((row) => unescapePath(row[column] ?? '').replace(/(?<=.)\/+$/, '')))
  } catch {
    return undefined
  }
}

/** Spaces and backslashes are written as octal escapes. @see fstab(5), proc(5) */
function unescapePath(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}

/** The kernel names mount points without symbolic links. */
function realPathOf(directory: string): string {
  try {
    return realpathSync.native(directory)
  } catch {
    return resolve(directory)
  }
}

/** What shows a mount on systems without /proc. */
function isOnOwnDevice(directory: string): boolean {
  const own = statSync(directory, { throwIfNoEntry: false })
  return own !== undefined && own.dev !== statSync(dirname(directory)).dev
}
