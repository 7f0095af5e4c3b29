/**
 * HTTP: every route, body and header of Tintype. The only importer of koa* and busboy. Everything comes through an options
 * object: this package reads no environment, creates no logger and touches no process.
 */
export { type Access, type AccessOptions, createAccess } from './access/access.ts'
export type { ClosedAccess } from './access/closed-access.ts'
export type { RateOptions } from './access/count-requests.ts'
export { createApp, createOperationsApp } from './app.ts'
export { createShares } from './create-shares.ts'
export { type Activity, createActivity } from './embedded/activity.ts'
export { createEmbeddedApp, type EmbeddedApp, type KoaRequestContext } from './embedded/embedded-app.ts'
export type { CutReason } from './limit-connections.ts'
export { type Listening, type ListenOptions, listen } from './listen.ts'
export type { MediaDelivery } from './media/media-delivery.ts'
export type { HttpOptions, Probe, RequestLogger, RequestMetrics } from './options.ts'
export { isLoopbackAddress } from './protocol/host.ts'
export { createRequestListener } from './request-listener.ts'
export type { Observation, RequestLine } from './request-log.ts'
export { listRoutes, type RouteList } from './routes/list-routes.ts'
export { createReadiness, type Readiness } from './routes/readiness.ts'
export type { UploadSlots } from './upload-slots.ts'
