import { readdir, readFile } from 'node:fs/promises'

/** Ids of the processes that a process has started and that are still there, as `/proc` knows them. */
export async function listChildren(pid: number): Promise<string[]> {
  const threads = await readdir(`/proc/${pid}/task`)
  const lists = threads.map((thread) =>
    readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => ''),
  )
  return (await Promise.all(lists)).join(' ').split(' ').filter(Boolean)
}
