import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { serverEnvironment } from '../support/server-environment.ts'
import { builtServer } from '../support/start-node.ts'

/**
 * Starts the server in a mount namespace of its own, after `setUp` (for a shell) has mounted there what the test needs. Nothing
 * of it is seen outside. Disposing it kills the server.
 */
export async function startMounted(setUp: string, env: Readonly<Record<string, string>>) {
  const script = `set -e; ${setUp}; exec "$0" "$@"`
  const child = spawn('unshare', ['--mount', 'sh', '-c', script, process.execPath, builtServer], {
    env: { ...serverEnvironment(env.TINTYPE_DATA_DIR), TINTYPE_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await once(child, 'spawn')
  const url = Promise.withResolvers<string>()
  const lines: string[] = []
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line)
    const { event, url: listening } = JSON.parse(line)
    if (event === 'listening') url.resolve(listening)
  })
  const exited = once(child, 'exit')
  return {
    url: url.promise,
    exitCode: exited.then(([code]) => code as number | null),
    /** All of standard output, once it has ended. */
    output: exited.then(() => lines.join('\n')),
    errors: text(child.stderr),
    /** Mounts something more, in the server's namespace. */
    mount: (script: string) =>
      void execFileSync('nsenter', ['--mount', '--target', String(child.pid), 'sh', '-ec', script]),
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  }
}
