import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { serverEnvironment } from './server-environment.ts'
import { repository } from './start-tintype.ts'

/** A server of which nothing is heard but its answers. Disposing it stops it. */
export interface SilentTintype extends AsyncDisposable {
  readonly url: string
  /** Resolves when it has ended, with its exit code; `null` where a signal ended it. */
  readonly ended: Promise<number | null>
  /** Closes our end of its log. */
  closeLog(): void
}

/** Starts the server with its log going to a file descriptor, or to a pipe that nobody reads. */
export async function startSilent(dataDirectory: string, log: number | 'pipe'): Promise<SilentTintype> {
  const port = await freePort()
  const child = spawn(process.execPath, [join(repository, 'apps/server/src/main.ts')], {
    env: { ...serverEnvironment(), TINTYPE_PORT: String(port), TINTYPE_DATA_DIR: dataDirectory },
    stdio: ['ignore', log, 'inherit'],
  })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  const url = `http://127.0.0.1:${port}`
  await answering(url, () => child.exitCode !== null)
  return {
    url,
    ended,
    closeLog: () => void child.stdout?.destroy(),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
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
