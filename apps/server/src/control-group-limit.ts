import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Files of a group with its limits: `memory.max` ends processes, `memory.high` slows them down before that. */
const limitFiles = ['memory.max', 'memory.high']

/**
 * Bytes of memory that the control group of this process may have, and every group that it is in: the smallest limit of version 2;
 * `undefined` if there is none, or on another system. Node knows only the limit of the innermost group, and the one of a systemd
 * slice or of a pod is in an outer one.
 *
 * @param files other places than the system's, for tests
 */
export function readControlGroupLimit({
  membership = '/proc/self/cgroup',
  root = '/sys/fs/cgroup',
}: {
  readonly membership?: string
  readonly root?: string
} = {}): number | undefined {
  const [, group] = /^0::(\/.*)$/m.exec(readText(membership)) ?? []
  // A group outside of what a container sees begins with `/..`: its files are not here.
  if (group === undefined || group.startsWith('/..')) return undefined
  const limits: number[] = []
  for (let at = group; ; at = dirname(at)) {
    for (const file of limitFiles) {
      const text = readText(join(root, at, file)).trim()
      if (/^\d+$/.test(text)) limits.push(Number(text)) // otherwise `max`, or no such file
    }
    if (at === '/') break
  }
  return limits.length > 0 ? Math.min(...limits) : undefined
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
