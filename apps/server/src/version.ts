import manifest from '../package.json' with { type: 'json' }

/** The version of this server, as published. */
export const { version } = manifest
