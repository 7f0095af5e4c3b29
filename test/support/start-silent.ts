import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { serverEnvironment } from './server-environment.ts'
import { repository } from './start-tintype.ts'

/** A server whose log is in the test's hands. Disposing it kills it and removes its data. */
export interface SilentTintype extends AsyncDisposable {
  readonly url: string
  /** The other end of its log, which nobody reads yet; `null` where it goes to a file. */
  readonly log: Readable | null
  /** All that it writes to standard error. */
  readonly complaints: Promise<string>
  /** Resolves when it has ended, with its exit code; `null` where a signal ended it. */
  readonly ended: Promise<number | null>
  kill(signal: NodeJS.Signals): void
}

/**
 * Starts the server, and finds out that it has without its log.
 *
 * @param options.log a file descriptor to write it to; a pipe where absent
 * @param options.preload URL of a module that is run before it
 */
export async function startSilent(
  options: { readonly log?: number; readonly preload?: string } = {},
): Promise<SilentTintype> {
  await using opening = new AsyncDisposableStack()
  const data = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-')))
  const port = await freePort()
  const flags = options.preload === undefined ? [] : ['--import', options.preload]
  const child = spawn(process.execPath, [...flags, join(repository, 'apps/server/src/main.ts')], {
    env: { ...serverEnvironment(), TINTYPE_PORT: String(port), TINTYPE_DATA_DIR: data.path },
    stdio: ['ignore', options.log ?? 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  opening.defer(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const complaints = child.stderr ? text(child.stderr) : Promise.resolve('')
  const url = `http://127.0.0.1:${port}`
  await answering(url, () => child.exitCode !== null)
  const owned = opening.move()
  return {
    url,
    log: child.stdout,
    complaints,
    ended,
    kill: (signal) => void child.kill(signal),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

async function answering(url: string, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    if (await fetch(`${url}/healthz`).catch(() => undefined)) return
    await delay(20)
  }
  throw new Error('the server ended before it answered')
}
