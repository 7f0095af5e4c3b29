import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { basePath } from './base-path.ts'
import { serverEnvironment } from './server-environment.ts'
import { builtServer } from './start-tintype.ts'

/** A server whose log the test reads, or not. Disposing it kills it and removes its data. */
export interface SilentTintype extends AsyncDisposable {
  readonly url: string
  /** The other end of its log, which nothing reads yet; `null` if the log goes to a file. */
  readonly log: Readable | null
  /** All that it writes to standard error. */
  readonly complaints: Promise<string>
  /** Resolves when it has ended, with its exit code; `null` if a signal ended it. */
  readonly ended: Promise<number | null>
  kill(signal: NodeJS.Signals): void
}

/** Reports the port on its own descriptor: another process could get a port that was chosen before. */
const tellPort = `data:text/javascript,${encodeURIComponent(`
  import { subscribe } from 'node:diagnostics_channel'
  import { closeSync, writeSync } from 'node:fs'
  subscribe('tracing:net.server.listen:asyncEnd', ({ server }) => {
    writeSync(3, String(server.address().port))
    closeSync(3)
  })`)}`

/**
 * Starts the server, and waits for its start without reading the log.
 *
 * @param options.log a file descriptor for the log; a pipe if omitted
 * @param options.preload URL of a module that is run before it
 */
export async function startSilent(
  options: { readonly log?: number; readonly preload?: string } = {},
): Promise<SilentTintype> {
  await using opening = new AsyncDisposableStack()
  const data = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-')))
  const preloads = [tellPort, ...(options.preload === undefined ? [] : [options.preload])]
  const flags = preloads.flatMap((url) => ['--import', url])
  const child = spawn(process.execPath, [...flags, builtServer], {
    env: { ...serverEnvironment(), TINTYPE_PORT: '0', TINTYPE_DATA_DIR: data.path },
    stdio: ['ignore', options.log ?? 'pipe', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  opening.defer(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const complaints = child.stderr ? text(child.stderr) : Promise.resolve('')
  const port = await text(child.stdio[3] as Readable)
  if (port === '') throw new Error(`the server ended before it listened: ${await complaints}`)
  const owned = opening.move()
  return {
    url: `http://127.0.0.1:${port}${basePath}`,
    log: child.stdout,
    complaints,
    ended,
    kill: (signal) => void child.kill(signal),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
