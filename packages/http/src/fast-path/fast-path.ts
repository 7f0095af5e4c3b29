import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Answers a request in a few steps if the app's answer would be the same. Otherwise does nothing and returns `false`: then
 * the app answers.
 */
export type FastPath = (req: IncomingMessage, res: ServerResponse) => boolean
