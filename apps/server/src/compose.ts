import { join } from 'node:path'
import { createAccess, createShares, type HttpOptions, type RequestLogger } from '@tintype/http'
import { createImaging } from '@tintype/imaging'
import { createPhotoLibrary } from '@tintype/photos'
import { composeAccess } from './access/compose-access.ts'
import { builtDirectories } from './built-directories.ts'
import { chooseDelivery } from './choose-delivery.ts'
import type { Config } from './config/config.ts'
import { addGauges } from './observability/gauges.ts'
import type { Metrics } from './observability/metrics.ts'
import { createServerMetrics } from './observability/server-metrics.ts'
import { openBlobStore, openCatalog, openStagingArea } from './open-drivers.ts'
import { planDecoders, queueLengthFor, usableMemoryByteSize } from './plan-decoders.ts'
import { publicAddressOf } from './public-address.ts'
import { agreeOnStore } from './serving/agree-on-store.ts'
import { awaitLibrary } from './serving/await-library.ts'
import { checkEngines } from './serving/check-engines.ts'
import { lockLibrary } from './serving/lock-library.ts'
import { startSweeping } from './serving/start-sweeping.ts'
import { compareCatalogAndMedia, refuseMissingMedia, warnAboutSettings } from './serving/startup-checks.ts'
import { version } from './version.ts'

/** The server's parts, wired. Disposing it closes what was opened, newest first. */
export interface Services extends AsyncDisposable {
  /** What the routes need. */
  readonly http: HttpOptions
  /** Aborted when the server cannot wait any longer: it ends the uploads in progress. */
  readonly stopping: AbortController
  readonly metrics: Metrics
}

/** What the parts get from the process. */
export interface ComposeOptions {
  readonly log: RequestLogger
  /** Called once the data directory is locked, before anything is made in it. @default nothing */
  readonly onLocked?: () => Promise<void>
  /** Processors: that many images are decoded at once, if memory allows it. */
  readonly cores: number
  /** Whether the process belongs to an application, which counts the numbers of the process itself. @default false */
  readonly isEmbedded?: boolean
}

/**
 * Creates the server's parts from a configuration. If one cannot be opened, the ones before it are closed.
 *
 * @throws STORAGE_UNAVAILABLE, CATALOG_UNAVAILABLE and their like, with a message for the operator; `ConfigError` for photos
 *   whose catalog is lost, private photos on an open server, and keys or secrets that cannot be used
 */
export async function compose(
  config: Config,
  { log, cores, isEmbedded = false, onLocked }: ComposeOptions,
): Promise<Services> {
  warnAboutSettings(config, log)
  await using opening = new AsyncDisposableStack()
  opening.use(await lockLibrary(config))
  await onLocked?.()
  const stagingDirectory = join(config.dataDirectory, 'staging')
  const catalog = opening.use(await openCatalog(config))
  await awaitLibrary(catalog, log)
  await refuseMissingMedia(config, catalog)
  const staging = opening.use(
    await openStagingArea({ directory: stagingDirectory, durability: config.durability }),
  )
  const onWarning = (warning: string) => log.warn({ event: 'storage' }, warning)
  const blobs = opening.use(await openBlobStore(config, stagingDirectory, { onWarning }))
  await compareCatalogAndMedia(config, { catalog, blobs, log })
  await agreeOnStore(config, { catalog, blobs })
  const { limits, http, inspection } = config
  const observed = createServerMetrics(config, { log, countsProcess: !isEmbedded })
  const { metrics, onDecoderLost, onRendition, onStart } = observed
  const plan = planDecoders({ cores, configured: config.decoders, memoryByteSize: usableMemoryByteSize() })
  const queueLength = queueLengthFor(limits.maxConcurrentUploads)
  const imaging = opening.use(createImaging({ limits, ...plan, queueLength, onDecoderLost, onStart }))
  const engines = { staging, blobs, catalog, imaging, inspection, limits, log, onRendition, now: Date.now }
  const { eagerRenditions } = config
  const { baseUrl, ...address } = publicAddressOf(http)
  const rules = opening.use(await composeAccess(config, { catalog, log }))
  const photos = opening.use(
    createPhotoLibrary({ ...engines, ...rules.library, baseUrl, eagerRenditions, ...config.renditionCache }),
  )
  const accessUseCases = rules.createUseCases({ findPhoto: photos.getPhoto, baseUrl })
  opening.use(startSweeping(config, { staging, blobs, catalog, photos, log, ...observed }))
  const shares = createShares(limits)
  const readiness = checkEngines(engines)
  addGauges(metrics, { ...shares, imaging, photos, catalog, readiness })

  const stopping = new AbortController()
  const access = createAccess({ ...http, ...address, ...rules.http })
  const delivery = chooseDelivery(http, blobs)
  const shown = { version, ...address, delivery, ...builtDirectories(http), metrics, log }
  const operations = { readiness, hidesOperations: http.operationsPort !== undefined }
  const parts = { photos, access, accessUseCases, ...shares, limits, stopping: stopping.signal }
  const owned = opening.move()
  return {
    http: { ...parts, ...shown, ...operations },
    stopping,
    metrics,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
