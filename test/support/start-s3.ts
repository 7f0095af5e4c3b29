import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { repository } from './start-tintype.ts'

const run = promisify(execFile)

/** A real S3 engine. Disposing it stops it and removes its objects. */
export interface S3Engine extends AsyncDisposable {
  readonly endpoint: string
  readonly bucket: string
  readonly secretKey: string
  /** What the SDK of a server needs in its environment. */
  readonly credentials: Readonly<Record<string, string>>
  /** Kills the gateway; the objects are kept. */
  killGateway(): void
  /** Stops the gateway where it is: it accepts connections and answers nothing. */
  pauseGateway(): void
  resumeGateway(): void
  /** Starts the gateway again, and resolves when it answers. */
  restartGateway(): Promise<void>
}

/** Whether the engine is installed. With `TINTYPE_REQUIRE_BACKENDS=1` it must be, and its tests fail without it. */
export const hasS3 =
  process.env.TINTYPE_REQUIRE_BACKENDS === '1' ||
  (process.env.PATH ?? '').split(delimiter).some((directory) => existsSync(join(directory, 'radosgw')))

/** Starts an engine on a free port of the loopback address. */
export async function startS3(): Promise<S3Engine> {
  const home = await mkdtemp(join(tmpdir(), 'tintype-s3-'))
  const directory = join(home, 'engine')
  let facts = await start(directory)
  return {
    endpoint: facts.S3_ENDPOINT ?? '',
    bucket: facts.S3_BUCKET ?? '',
    secretKey: facts.S3_SECRET_KEY ?? '',
    credentials: {
      AWS_ACCESS_KEY_ID: facts.S3_ACCESS_KEY ?? '',
      AWS_SECRET_ACCESS_KEY: facts.S3_SECRET_KEY ?? '',
    },
    killGateway: () => void process.kill(Number(facts.S3_GATEWAY_PID), 'SIGKILL'),
    pauseGateway: () => void process.kill(Number(facts.S3_GATEWAY_PID), 'SIGSTOP'),
    resumeGateway: () => void process.kill(Number(facts.S3_GATEWAY_PID), 'SIGCONT'),
    async restartGateway() {
      facts = await start(directory)
    },
    async [Symbol.asyncDispose]() {
      await run(join(repository, 'scripts/services/stop-s3.sh'), [directory])
      await rm(home, { recursive: true })
    },
  }
}

async function start(directory: string): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await run(join(repository, 'scripts/services/start-s3.sh'), [directory])
  return Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split('=', 2)),
  )
}
