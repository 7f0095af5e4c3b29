import { networkError } from './transport/silence.ts'

/** Loads the file of `rarely-needed.ts`, once. @throws TintypeError `NETWORK_ERROR` if it cannot be loaded */
export const loadRarelyNeeded = () =>
  import('./rarely-needed.ts').catch((cause: unknown) => {
    throw networkError(cause)
  })
