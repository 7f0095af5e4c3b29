import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { repository } from './contestants.ts'

const run = promisify(execFile)

/** A real S3 engine and PostgreSQL. Disposing them stops them. */
export interface Engines extends AsyncDisposable {
  /** The environment of a server whose library has this name. */
  libraryEnv(name: string): Readonly<Record<string, string>>
}

/** Whether both are installed. */
export const hasEngines =
  existsSync('/usr/lib/postgresql') &&
  (process.env.PATH ?? '').split(':').some((directory) => existsSync(join(directory, 'radosgw')))

/** Starts both on loopback addresses. PostgreSQL syncs every commit, S3 keeps objects in memory. */
export async function startEngines(): Promise<Engines> {
  await using starting = new AsyncDisposableStack()
  // Not below the benchmark's own directory, which the user of PostgreSQL cannot enter.
  const home = starting.use(await mkdtempDisposable(join(tmpdir(), 'tintype-bench-engines-')))
  await chmod(home.path, 0o755)
  const directory = home.path
  const script = (name: string) => join(repository, 'scripts/services', name)
  const bucket = join(directory, 's3')
  starting.defer(async () => void (await run(script('stop-s3.sh'), [bucket])))
  const { stdout } = await run(script('start-s3.sh'), [bucket])
  const s3 = Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split('=', 2)),
  )

  const durable = ['fsync=on', 'full_page_writes=on', 'synchronous_commit=on']
  const server = spawn(script('start-postgres.sh'), [join(directory, 'postgres'), '0', ...durable], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(server, 'close')
  starting.defer(async () => {
    server.kill('SIGINT')
    await ended
  })
  let port = ''
  for await (const line of createInterface(server.stderr)) {
    port = /listening on IPv4 address "127.0.0.1", port (\d+)/.exec(line)?.[1] ?? port
    if (line.includes('ready to accept connections')) break
  }
  server.stderr.resume()
  if (port === '') throw new Error('PostgreSQL did not start')
  const owned = starting.move()
  return {
    libraryEnv: (name) => ({
      AWS_ACCESS_KEY_ID: s3.S3_ACCESS_KEY ?? '',
      AWS_SECRET_ACCESS_KEY: s3.S3_SECRET_KEY ?? '',
      TINTYPE_STORAGE_URL: `s3://${s3.S3_BUCKET}/${name}?endpoint=${s3.S3_ENDPOINT}`,
      TINTYPE_DATABASE_URL: `postgres://postgres@127.0.0.1:${port}/postgres?schema=${name}`,
    }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
