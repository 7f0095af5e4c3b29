import { availableParallelism } from 'node:os'
import { isTintypeError } from '@tintype/contract'
import pino from 'pino'
import { createApp } from './app.ts'
import { compose } from './compose.ts'
import { ConfigError, parseConfig } from './config.ts'
import { listen } from './listen.ts'
import { serveUntilStopped } from './serve-until-stopped.ts'

/** env → config → compose → listen → drain. The only file that reads the process. */
async function main(): Promise<void> {
  requireNode()
  const config = parseConfig(process.env, process.argv.slice(2))
  process.stdout.on('error', () => {}) // a log that cannot be written must not stop the service (threat B312)
  const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime, level: config.log.level })
  process.umask(0o027)

  await using services = await compose(config, { log, cores: availableParallelism() })
  const app = createApp(services, { config, log })
  const onRefused = (facts: object) =>
    log.info({ event: 'refused', ...facts }, 'refused before it was a request')
  const listening = await listen(app.callback(), { ...config.http, onRefused })
  log.info({ event: 'listening', url: listening.url }, `Tintype listens on ${listening.url}`)
  await serveUntilStopped(listening, services, { log, signals: process })
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 24 || (major === 24 && minor >= 15)) return
  throw new ConfigError(
    `Tintype needs Node 24.15 or newer; this is ${process.versions.node}. "npm start" brings its own.`,
  )
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`)
    process.exit(1)
  },
)

/** For the operator, who may see what strangers may not: the path or address that something failed at. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof ConfigError) return error.message
  if (isAddressError(error)) return `Tintype cannot start: ${error.message}`
  if (!isTintypeError(error)) return error.stack ?? error.message
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `Tintype cannot start: ${error.message}${cause}`
}

/** The port is taken, or the address is not ours. */
function isAddressError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen'
}
