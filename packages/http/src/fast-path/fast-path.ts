import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Access } from '../access/access.ts'
import type { Observers } from '../request-log.ts'

/**
 * Answers a request without Koa, if the answer is the same as the app's. Otherwise does nothing and returns `false`, and the
 * app answers.
 */
export type FastPath = (req: IncomingMessage, res: ServerResponse) => boolean

/** What every fast path needs. */
export interface FastPathOptions {
  readonly access: Access
  readonly observers: Observers
  /** As `HttpOptions.basePath`. */
  readonly basePath: string
}
