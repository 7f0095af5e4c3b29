import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { serverEnvironment } from './server-environment.ts'
import { builtServer } from './start-node.ts'

/** How a server that could not start has ended. */
export interface Ending {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a server that is expected to end by itself, and waits until it has. */
export async function runServer(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<Ending> {
  const child = spawn(process.execPath, [builtServer, ...args], {
    env: { ...serverEnvironment(env.TINTYPE_DATA_DIR), TINTYPE_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { code: code as number | null, stdout, stderr }
}
