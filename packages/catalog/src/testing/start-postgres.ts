import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

/** A PostgreSQL server of its own. Disposing it stops it and removes its data. */
export interface RunningPostgres extends AsyncDisposable {
  /** The certificate of a server with `ssl=on`, which is its own authority. */
  readonly certificateFile: string
  /** Creates an empty database, and returns its URL for a user who owns it. */
  createDatabase(): Promise<string>
  /** Runs SQL as the server's owner, in the database of this URL or in the first one. Returns the last statement's rows. */
  query(sql: string, url?: string): Promise<readonly Record<string, unknown>[]>
  /** Runs SQL in a transaction as the server's owner, and keeps its locks until it is disposed. */
  hold(sql: string, url: string): Promise<AsyncDisposable>
  /** Stops it: `SIGINT` ends all sessions, `SIGKILL` is a crash. Resolves when it has ended. */
  stop(signal: 'SIGINT' | 'SIGKILL'): Promise<void>
  /** Starts it again on the same port with the same data. */
  start(): Promise<void>
  /** Stops it and all its sessions where they are (SIGSTOP): they accept connections and answer nothing. Needs `/proc`. */
  pause(): Promise<void>
  /** Ends a pause. */
  resume(): Promise<void>
}

/** Whether PostgreSQL is installed. With `TINTYPE_REQUIRE_BACKENDS=1` it must be, and its tests fail without it. */
export const hasPostgres =
  process.env.TINTYPE_REQUIRE_BACKENDS === '1' ||
  existsSync('/usr/lib/postgresql') ||
  (process.env.PATH ?? '').split(delimiter).some((directory) => existsSync(join(directory, 'postgres')))

const script = fileURLToPath(new URL('../../../../scripts/services/start-postgres.sh', import.meta.url))

/**
 * Starts PostgreSQL with an empty directory, on a free port. Fails if it is not installed.
 *
 * @param settings such as `ssl=on`
 */
export async function startPostgres(...settings: readonly string[]): Promise<RunningPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'tintype-postgres-'))
  let port = 0
  let server: ChildProcess | undefined

  async function start(): Promise<void> {
    const child = spawn(script, [directory, String(port), ...settings], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    server = child
    const lines: string[] = []
    const ready = Promise.withResolvers<void>()
    createInterface(child.stderr).on('line', (line) => {
      lines.push(line)
      port = Number(/listening on IPv4 address "127.0.0.1", port (\d+)/.exec(line)?.[1] ?? port)
      if (line.includes('ready to accept connections')) ready.resolve()
    })
    child.once('exit', () => ready.reject(new Error(`PostgreSQL ended: ${lines.join('\n')}`)))
    await ready.promise
  }

  async function stop(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return
    // Not `exit`: after a crash, processes of sessions live a little longer, and prevent the next start.
    const closed = once(server, 'close')
    server.kill(signal)
    await closed
  }

  /** The server first, so that it starts no session between. */
  async function signalAll(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const pid = server?.pid ?? 0
    process.kill(pid, signal)
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
    for (const child of children.split(' ').filter(Boolean)) process.kill(Number(child), signal)
  }

  async function connect(url?: string): Promise<pg.Client> {
    const database = url === undefined ? 'postgres' : new URL(url).pathname.slice(1)
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database, ssl: false })
    await client.connect()
    return client
  }

  async function query(sql: string, url?: string): Promise<readonly Record<string, unknown>[]> {
    const client = await connect(url)
    try {
      const results = [await client.query(sql)].flat()
      return results.at(-1)?.rows ?? []
    } finally {
      await client.end()
    }
  }

  const remove = () => rm(directory, { recursive: true, force: true })
  try {
    await start()
  } catch (error) {
    await remove()
    throw error
  }
  return {
    certificateFile: join(directory, 'data/server.crt'),
    query,
    stop,
    start,
    pause: () => signalAll('SIGSTOP'),
    resume: () => signalAll('SIGCONT'),
    async createDatabase() {
      const name = `test_${randomBytes(6).toString('hex')}`
      await query(`CREATE DATABASE ${name} OWNER tester`)
      return `postgres://tester:secret@127.0.0.1:${port}/${name}`
    },
    async hold(sql, url) {
      const client = await connect(url)
      await client.query('BEGIN')
      await client.query(sql)
      return { [Symbol.asyncDispose]: () => client.end() }
    },
    async [Symbol.asyncDispose]() {
      await stop('SIGINT')
      await remove()
    },
  }
}
