// What the settings with fixed choices can be. Published with the types of `createTintype`, so this imports nothing.

/** What a 201 survives: a power cut (`full`) or only the death of the process (`relaxed`). */
export const durabilities = ['full', 'relaxed'] as const

/** What an upload waits for: the decode of the image, or only its header. */
export const inspections = ['decode', 'header'] as const

/** Renditions made after an upload's answer: the thumbnail, or also every width of the ladder. */
export const eagerRenditions = ['thumb', 'grid', 'ladder'] as const

/** Who sends the bytes of media from a bucket: Tintype, or the engine at a signed URL that Tintype redirects to. */
export const mediaDeliveries = ['stream', 'redirect'] as const

/** Log levels, from everything to nothing. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** The form of the log: JSON, text for people, or the one that fits: text on a terminal, otherwise JSON. */
export const logFormats = ['auto', 'json', 'text'] as const

/** Whether every caller may do everything, or each only what its credential allows. */
export const accessModes = ['open', 'closed'] as const

/** Caches that may keep signed media: the browser's only, or those of proxies too. */
export const signedCaches = ['private', 'shared'] as const

/** Scopes that a JWT can have. `admin` is not among them. */
export const jwtScopes = ['read', 'upload', 'manage'] as const
