import { availableParallelism } from 'node:os'
import { createRequestListener, listen } from '@tintype/http'
import pino from 'pino'
import { compose } from '../compose.ts'
import { parseConfig } from '../config/config.ts'
import { limitSemiSpace } from '../serving/limit-semi-space.ts'
import { serveUntilStopped } from '../serving/serve-until-stopped.ts'
import type { CommandContext } from './command-context.ts'

/** `tintype serve`: config → compose → listen → drain. Resolves with 0 after a signal has stopped it. */
export async function serve({ env, args, signals, openLog }: CommandContext): Promise<number> {
  const config = parseConfig(env, args)
  await using lines = openLog()
  const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime, level: config.log.level }, lines)
  await using services = await compose(config, { log, cores: availableParallelism() })
  const onRefused = (facts: object) =>
    log.info({ event: 'refused', ...facts }, 'refused: not a valid HTTP request')
  const listening = await listen(createRequestListener(services.http), {
    ...config.http,
    onRefused,
  })
  limitSemiSpace()
  log.info({ event: 'listening', url: listening.url }, `Tintype listens on ${listening.url}`)
  await serveUntilStopped(listening, services, { log, signals })
  return 0
}
