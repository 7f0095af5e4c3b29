import type { AccessUseCases } from '@tintype/api'
import type { Log, PhotoLibrary, UploadLimits } from '@tintype/photos'
import type { Access } from './access/access.ts'
import type { UploadPace } from './body/upload-deadline.ts'
import type { Shares } from './create-shares.ts'
import type { MediaDelivery } from './media/media-delivery.ts'
import type { Observation } from './request-log.ts'
import type { Readiness } from './routes/readiness.ts'
import type { TrpcLimits } from './routes/trpc.ts'

/** Checks a part of the server that uploads use. Rejects with the error that an upload would get now. */
export type Probe = () => Promise<void>

/** A log in pino's shape. */
export interface RequestLogger extends Log {
  debug(facts: object, message: string): void
}

/** Counts requests, and renders all numbers for `GET /metrics`. */
export interface RequestMetrics {
  observe(request: Observation): void
  /** Counts an error that was answered, by its code. */
  countError(code: string): void
  /** The text of `/metrics`, and its content type. */
  render(): Promise<{ readonly text: string; readonly contentType: string }>
}

/** Everything that the routes need. They read nothing else: no environment, no process, no files but the web bundle. */
export interface HttpOptions extends Shares {
  readonly photos: PhotoLibrary
  /** Decides which requests are allowed and identifies their callers, for the app and the fast path. */
  readonly access: Access
  /** What the procedures about access call. Absent on an open server, which has no keys. */
  readonly accessUseCases?: AccessUseCases | undefined
  /** The server's version. */
  readonly version: string
  readonly limits: UploadLimits & UploadPace & TrpcLimits
  /** The checks of `GET /readyz`. The check `staging` is the one of `GET /readyz/node`. */
  readonly readiness: Readiness
  readonly metrics: RequestMetrics
  readonly log: RequestLogger
  /** Aborted when the server cannot wait any longer, and uploads in progress must end. */
  readonly stopping: AbortSignal
  /** Directory of the built web bundle; it may appear later. */
  readonly staticDirectory: string
  /** Directory of the SDK as it is served; it may appear later. */
  readonly sdkDirectory: string
  /** Path before every route, such as `/a/b`: without a final slash, `''` is the root. */
  readonly basePath: string
  /** The same as clients have it: a proxy may replace it. Every URL that is sent has it. */
  readonly publicPath: string
  /** Whether another listener answers `/metrics` and `/readyz`, or none: the app does not have them then. @default false */
  readonly hidesOperations?: boolean | undefined
  /** Who sends the bytes of media. */
  readonly delivery: MediaDelivery
  /** Origin of the public URL; URLs are root-relative if absent. */
  readonly publicOrigin?: string | undefined
}
