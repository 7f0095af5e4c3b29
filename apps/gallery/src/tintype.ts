import { createTintypeClient } from '@tintype/client'

/** The client of the server that this page came from, whose base path the page's URL ends with. */
export const tintype = createTintypeClient({ url: new URL('.', location.href) })
