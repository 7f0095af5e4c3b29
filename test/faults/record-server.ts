import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { serverEnvironment } from '../support/server-environment.ts'
import { builtServer } from '../support/start-tintype.ts'
import { traceFlags } from './read-trace.ts'

/** A server whose system calls are recorded. Disposing it kills it; then the record is complete. */
export interface RecordedServer extends AsyncDisposable {
  readonly url: string
}

/** Starts a server under strace. */
export async function recordServer({
  dataDirectory,
  traceFile,
}: {
  readonly dataDirectory: string
  readonly traceFile: string
}): Promise<RecordedServer> {
  // With -D the child is the server and strace its grandchild, which ends with it.
  const command = ['-D', ...traceFlags, '-o', traceFile, process.execPath]
  const child = spawn('strace', [...command, builtServer], {
    env: { ...serverEnvironment(), TINTYPE_PORT: '0', TINTYPE_DATA_DIR: dataDirectory },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  for await (const line of createInterface(child.stdout)) {
    const { event, url } = JSON.parse(line) as { event?: string; url?: string }
    if (event !== 'listening') continue
    child.stdout.resume()
    return {
      url: String(url),
      async [Symbol.asyncDispose]() {
        child.kill('SIGKILL')
        await closed
      },
    }
  }
  throw new Error('the server did not start under strace')
}
