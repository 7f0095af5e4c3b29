import { createTintypeClient } from '@tintype/client'

/** The client of the server that this page came from. */
export const tintype = createTintypeClient()
