import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { filesBelow, listBlobs } from './list-blobs.ts'
import { serverEnvironment } from './server-environment.ts'

/** One line of the server's log. */
export type LogLine = Record<string, unknown> & { event?: string; msg?: string }

/** The real server in a process of its own. Disposing it stops it and removes its data. */
export interface Tintype extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  readonly dataDirectory: string
  /** Everything it has logged so far. */
  readonly log: readonly LogLine[]
  /** Resolves with the first line, past or future, that satisfies `isWanted`. */
  logged(isWanted: (line: LogLine) => boolean): Promise<LogLine>
  /** Sends a signal and resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  /** Names of the files in staging, however deep. */
  staged(): Promise<string[]>
  /** Names of the blobs, as paths relative to the store's directory or prefix. */
  blobs(): Promise<string[]>
}

export const repository = fileURLToPath(new URL('../..', import.meta.url))

/** The server as it is published, which all tests start: it begins in a third of the time that its source takes. */
export const builtServer = join(repository, 'apps/server/dist/main.js')

/** How a server is started. */
export interface StartOptions {
  /** More `TINTYPE_…` variables. */
  readonly env?: Record<string, string>
  /** An existing one to use; it is not removed afterwards. */
  readonly dataDirectory?: string
  /** Another file of the server to start than its build. */
  readonly main?: string
  /** A command and its first arguments, which runs the server's command in the arguments after them. */
  readonly enter?: readonly string[]
  /** Processors that it may use, as `taskset` names them; all if omitted. */
  readonly cores?: string | undefined
  /** Whether `log` keeps lines; by default it does. */
  readonly keepsLog?: boolean
}

/** Starts one server on a free loopback port with a data directory of its own. */
export async function startNode(options: StartOptions = {}): Promise<Tintype> {
  const dataDirectory = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'tintype-')))
  const confined = options.cores === undefined ? [] : ['taskset', '--cpu-list', options.cores]
  const [command = '', ...args] = [
    ...(options.enter ?? []),
    ...confined,
    process.execPath,
    options.main ?? builtServer,
  ]
  const env: Record<string, string> = {
    ...serverEnvironment(dataDirectory),
    TINTYPE_PORT: '0',
    TINTYPE_DATA_DIR: dataDirectory,
    ...options.env,
  }
  const child = spawn(command, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log: LogLine[] = []
  const waiting = new Set<(line: LogLine) => void>()
  createInterface(child.stdout).on('line', (text) => {
    const line = JSON.parse(text) as LogLine
    if (options.keepsLog !== false) log.push(line)
    for (const take of waiting) take(line)
  })
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  // Not `exit`, which may come before the last lines have been read.
  const exited = once(child, 'close') as Promise<[number | null]>

  async function logged(isWanted: (line: LogLine) => boolean): Promise<LogLine> {
    const past = log.find(isWanted)
    if (past) return past
    return new Promise((resolve, reject) => {
      const take = (line: LogLine) => {
        if (!isWanted(line)) return
        waiting.delete(take)
        resolve(line)
      }
      waiting.add(take)
      exited.then(() => reject(new Error(`the server ended: ${complaints}`)), reject)
    })
  }

  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    child.kill(signal)
    const [code] = await exited
    return code
  }

  try {
    const { url } = await logged((line) => line.event === 'listening')
    return {
      url: String(url),
      pid: child.pid ?? 0,
      dataDirectory,
      log,
      logged,
      stop,
      // A lease is not a staged file: every process has some until it ends.
      staged: async () =>
        (await filesBelow(join(dataDirectory, 'staging'))).filter((name) => !name.endsWith('.lease')),
      blobs: () => listBlobs(env.TINTYPE_STORAGE_URL ?? '', { dataDirectory, url: String(url) }),
      async [Symbol.asyncDispose]() {
        await stop('SIGTERM')
        if (!options.dataDirectory) await rm(dataDirectory, { recursive: true, force: true })
        if (complaints !== '') throw new Error(`the server wrote to stderr: ${complaints}`)
      },
    }
  } catch (error) {
    child.kill('SIGKILL')
    if (!options.dataDirectory) await rm(dataDirectory, { recursive: true, force: true })
    throw error
  }
}
