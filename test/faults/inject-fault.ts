import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A fault in a running server. Disposing it ends the fault. */
export interface Fault extends AsyncDisposable {
  /** Ends it; resolves with the traced system calls, one a line, whether they failed or not. */
  end(): Promise<string[]>
}

/** Which system calls fail, and how. */
export interface FaultOptions {
  /** As strace has it: `fsync,fdatasync:error=EIO:when=1`. It counts for each thread. */
  readonly inject: string
  /** Only for calls that concern this file or directory. */
  readonly path?: string | undefined
  /**
   * `files`: the threads on which Node works with files, not with sockets; `all`: every thread,
   * for what SQLite does.
   */
  readonly threads: 'files' | 'all'
}

/** Makes system calls of a process fail, from the moment that this resolves. */
export async function injectFault(pid: number, { inject, path, threads }: FaultOptions): Promise<Fault> {
  const scratch = await mkdtemp(join(tmpdir(), 'tintype-strace-'))
  const traceFile = join(scratch, 'trace')
  const ids = await threadsOf(pid, threads)
  const [calls = ''] = inject.split(':')
  const child = spawn(
    'strace',
    [
      ...['-y', '-o', traceFile, '-e', `trace=${calls}`, '-e', `inject=${inject}`],
      ...(path === undefined ? [] : ['-P', path]),
      ...ids.flatMap((id) => ['-p', id]),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const exited = once(child, 'exit')
  let attached = 0
  for await (const line of createInterface(child.stderr)) {
    if (line.includes(' attached')) attached += 1
    if (attached === ids.length) break
  }
  if (attached < ids.length) throw new Error('strace could not attach')
  child.stderr.resume()
  async function end() {
    child.kill('SIGINT')
    await exited
    const lines = (await readFile(traceFile, 'utf8').catch(() => '')).split('\n')
    return lines.filter((line) => calls.split(',').some((call) => line.includes(`${call}(`)))
  }
  return {
    end,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await end()
      await rm(scratch, { recursive: true })
    },
  }
}

async function threadsOf(pid: number, which: FaultOptions['threads']): Promise<string[]> {
  const ids = await readdir(`/proc/${pid}/task`)
  if (which === 'all') return ids
  const names = await Promise.all(ids.map((id) => readFile(`/proc/${pid}/task/${id}/comm`, 'utf8')))
  return ids.filter((_, at) => names[at]?.startsWith('libuv-worker'))
}
