import { availableParallelism } from 'node:os'
import { createRequestListener, type ListenOptions, listen } from '@tintype/http'
import { compose } from '../compose.ts'
import { parseConfig } from '../config/config.ts'
import { createLog } from '../observability/create-log.ts'
import { formatLogLine } from '../observability/format-log-line.ts'
import { addConnectionGauge } from '../observability/gauges.ts'
import { logCuts } from '../observability/log-cuts.ts'
import { assertPortsFree } from '../serving/assert-ports-free.ts'
import { limitSemiSpace } from '../serving/limit-semi-space.ts'
import { openOperations } from '../serving/open-operations.ts'
import { serveUntilStopped } from '../serving/serve-until-stopped.ts'
import type { CommandContext } from './command-context.ts'

/** `tintype serve`: config → compose → listen → drain. Resolves with 0 after a signal has stopped it. */
export async function serve({ env, args, stdout, signals, openLog }: CommandContext): Promise<number> {
  const config = parseConfig(env, args)
  const { level, format } = config.log
  await using lines = openLog()
  const isText = format === 'auto' ? stdout.isTTY === true : format === 'text'
  const destination = isText ? { write: (line: string) => lines.write(formatLogLine(line)) } : lines
  const log = createLog({ level, destination })
  await using services = await compose(config, {
    log,
    cores: availableParallelism(),
    onLocked: () => assertPortsFree(config.http),
  })
  const onRefused: ListenOptions['onRefused'] = (facts) => {
    services.metrics.countError(facts.code)
    const why = facts.code === 'UPLOAD_TIMEOUT' ? 'no request came in time' : 'not a valid HTTP request'
    log.info({ event: 'refused', ...facts }, `refused: ${why}`)
  }
  const { clientOf, addressOf } = services.http.access
  const shared = { onRefused, onCut: logCuts(log) }
  await using operations = await openOperations(services, config.http, shared)
  const listening = await listen(createRequestListener(services.http), {
    ...config.http,
    ...shared,
    clientOf,
    addressOf,
  })
  addConnectionGauge(services.metrics, listening)
  limitSemiSpace()
  // Before the line that others wait for: a signal right after it must not kill the process.
  const stopped = serveUntilStopped(listening, services, { log, signals, stop: config.stop })
  const urls = { url: listening.url, operationsUrl: operations?.url }
  log.info({ event: 'listening', ...urls }, `Tintype listens on ${listening.url}`)
  await stopped
  return 0
}
