import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Access } from '../access.ts'
import type { Observers } from '../request-log.ts'

/**
 * Answers a request in a few steps if the app's answer would be the same. Otherwise does nothing and returns `false`: then
 * the app answers.
 */
export type FastPath = (req: IncomingMessage, res: ServerResponse) => boolean

/** What every fast path works with. */
export interface FastPathOptions {
  readonly access: Access
  readonly observers: Observers
  /** As `HttpOptions.basePath`. */
  readonly basePath: string
}
