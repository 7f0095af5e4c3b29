import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { repository } from './start-tintype.ts'

/**
 * Builds what the tests start and load: the server, the SDK and the page. This takes half a second when nothing has
 * changed. Vitest calls it once for each project that runs.
 */
export function setup(): void {
  const bin = join(repository, 'node_modules/.bin')
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` }
  execFileSync(process.execPath, ['scripts/quietly.ts', 'turbo', 'run', 'build'], {
    cwd: repository,
    env,
    stdio: 'inherit',
  })
}
