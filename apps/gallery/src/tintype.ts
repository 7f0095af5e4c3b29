import { createTintypeClient } from '@tintype/client'

/** The server that this page came from. */
export const tintype = createTintypeClient()
