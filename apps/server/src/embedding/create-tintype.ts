import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { createLocalProcedures } from '@tintype/api'
import { createActivity, createEmbeddedApp } from '@tintype/http'
import { compose } from '../compose.ts'
import { parseOptions } from '../config/config.ts'
import { endRequests } from '../serving/end-requests.ts'
import { createLocalCaller } from './local-caller.ts'
import type { CloseOptions, Tintype, TintypeLog, TintypeOptions } from './tintype.ts'

const silentLog: TintypeLog = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * Opens a library of photos inside this process. The caller closes it: `await using tintype = await createTintype(…)`.
 *
 * Reads no environment, sets no signal handler and does not end the process. Images are decoded in child processes.
 *
 * @throws ConfigError naming every option that is wrong
 * @throws STORAGE_UNAVAILABLE if another Tintype uses the data directory, or it cannot be written
 * @throws CATALOG_UNAVAILABLE if the catalog cannot be opened
 * @example
 * await using tintype = await createTintype({ dataDirectory: './photos' })
 * createServer(tintype.listener).listen(3000, '127.0.0.1')
 */
export async function createTintype(options: TintypeOptions = {}): Promise<Tintype> {
  const config = parseOptions(options)
  const { log = silentLog } = options
  const services = await compose(config, { log, cores: availableParallelism(), isEmbedded: true })
  const { http, stopping } = services
  const activity = createActivity()
  let closed: Promise<void> | undefined

  async function closeAll(waitMs: number | undefined): Promise<void> {
    http.photos.closeChanges()
    const ended = activity.close()
    await endRequests({ ended, stopping, cut: activity.cut, waitMs })
    await services[Symbol.asyncDispose]()
  }

  function close({ waitMs }: CloseOptions = {}): Promise<void> {
    closed ??= closeAll(waitMs)
    return closed
  }

  return {
    ...createEmbeddedApp(http, activity),
    as: (caller) =>
      createLocalProcedures(
        {
          photos: http.photos,
          access: http.accessUseCases,
          version: http.version,
          caller: createLocalCaller(caller, { isClosed: http.accessUseCases !== undefined }),
          requestId: randomUUID(),
        },
        { signal: stopping.signal, begin: activity.begin },
      ),
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}
