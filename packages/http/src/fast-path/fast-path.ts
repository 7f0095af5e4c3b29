import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Answers a request in a few steps where the app would take many and the client could not tell the difference. Does
 * nothing, and returns `false`, where that is not so: then the app answers.
 */
export type Shortcut = (req: IncomingMessage, res: ServerResponse) => boolean
