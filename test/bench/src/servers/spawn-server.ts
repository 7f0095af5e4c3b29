import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** How a server is started. */
export interface ServerCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly cwd?: string | undefined
  /** If it is known beforehand. Otherwise it is read from the server's output. */
  readonly port?: number | undefined
}

/** A server in a process of its own. Disposing it ends the process and removes its directory. */
export interface RunningServer extends AsyncDisposable {
  readonly port: number
  readonly pid: number
  readonly directory: string
  /** Milliseconds from the start of the process to its first answer. */
  readonly startMs: number
  /** What it printed. */
  readonly logFile: string
  /** Ends the process and leaves its directory. */
  stop(): Promise<void>
}

const startTimeoutMs = 30_000

/** Running servers: stopping the benchmark stops them too. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGTERM')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

/**
 * Starts a server and waits until `GET firstPath` is answered with anything. What it prints goes to a file, so that
 * reading it takes no time from a server.
 */
export async function spawnServer(
  server: ServerCommand,
  { directory, firstPath = '/' }: { readonly directory: string; readonly firstPath?: string | undefined },
): Promise<RunningServer> {
  await mkdir(directory, { recursive: true })
  const logFile = `${directory}.log`
  const output = openSync(logFile, 'w')
  const startedAt = performance.now()
  const child = spawn(server.command, server.args, {
    env: { ...process.env, ...server.env },
    cwd: server.cwd,
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  const exited = once(child, 'exit')
  running.add(child)
  const stop = async () => {
    child.kill('SIGTERM')
    await Promise.race([exited, delay(10_000, undefined, { ref: false })])
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await exited
    running.delete(child)
  }
  const end = async () => {
    await stop()
    await rm(directory, { recursive: true, force: true })
    await rm(logFile, { force: true })
  }
  try {
    const port = server.port ?? (await readPort(logFile, () => child.exitCode !== null))
    await answered(`http://127.0.0.1:${port}${firstPath}`, startedAt)
    const startMs = performance.now() - startedAt
    return { port, pid: child.pid ?? 0, directory, startMs, logFile, stop, [Symbol.asyncDispose]: end }
  } catch (error) {
    const printed = await readFile(logFile, 'utf8')
    await end()
    throw new Error(`${server.command} ${server.args.join(' ')} did not start: ${printed.slice(-2000)}`, {
      cause: error,
    })
  }
}

async function readPort(logFile: string, isGone: () => boolean): Promise<number> {
  const until = performance.now() + startTimeoutMs
  while (performance.now() < until && !isGone()) {
    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(await readFile(logFile, 'utf8'))?.[1]
    if (port !== undefined) return Number(port)
    await delay(2)
  }
  throw new Error('no address was printed')
}

async function answered(url: string, startedAt: number): Promise<void> {
  for (;;) {
    try {
      await (await fetch(url)).arrayBuffer()
      return
    } catch (error) {
      if (performance.now() - startedAt > startTimeoutMs) throw error
      await delay(2)
    }
  }
}
