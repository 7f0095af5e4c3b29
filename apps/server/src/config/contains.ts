import { relative, resolve, sep } from 'node:path'

/** Whether an absolute path is the directory, or lies in it. */
export function contains(directory: string, path: string): boolean {
  const way = relative(directory, path)
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way)
}
