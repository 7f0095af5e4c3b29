import { accessSync, constants, existsSync } from 'node:fs'
import { mkdir, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A control group of the kernel with a limit of memory. Disposing it removes it; its processes must have ended. */
export interface ControlGroup extends AsyncDisposable {
  /** A command that puts itself into the group and then runs the command in its arguments. */
  readonly enter: readonly string[]
}

/** The directory in which groups can be made, and the file of their limit, in version 1 and 2; `undefined` if there is none. */
const controller = [
  { directory: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes' },
  { directory: '/sys/fs/cgroup', limit: 'memory.max' },
].find(({ directory, limit }) => {
  // The root group of version 2 has no limit itself; its groups have one if this file names the controller.
  const isThere = existsSync(join(directory, limit === 'memory.max' ? 'cgroup.subtree_control' : limit))
  return isThere && isWritable(directory)
})

/** Whether this process can make a group with a limit of memory. */
export const canLimitMemory = controller !== undefined

/** Makes a group. Without swap that is limited too, the kernel ends a process that needs more. */
export async function openControlGroup({
  memoryByteSize,
}: {
  readonly memoryByteSize: number
}): Promise<ControlGroup> {
  if (controller === undefined) throw new Error('There is no control group for memory that can be written')
  const group = join(controller.directory, `tintype-test-${process.pid}-${performance.now() | 0}`)
  await mkdir(group)
  await writeFile(join(group, controller.limit), String(memoryByteSize))
  return {
    enter: ['sh', '-c', 'echo $$ >"$0/cgroup.procs" && exec "$@"', group],
    [Symbol.asyncDispose]: () => rmdir(group),
  }
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK)
    return true
  } catch {
    return false
  }
}
