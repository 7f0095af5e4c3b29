import type { TintypeClient } from '@tintype/client'
import { createContext, type ReactElement, type ReactNode, useContext } from 'react'

const ClientContext = createContext<TintypeClient | undefined>(undefined)

/** What a provider gives to the hooks below it. */
export interface TintypeProviderProps {
  /** Made once, outside of components: two clients share no photos and no token. */
  readonly client: TintypeClient
  readonly children?: ReactNode
}

/**
 * Gives the hooks below it their client. A hook's own option `client` goes before it.
 *
 * @example <TintypeProvider client={tintype}><App /></TintypeProvider>
 */
export function TintypeProvider({ client, children }: TintypeProviderProps): ReactElement {
  return <ClientContext.Provider value={client}>{children}</ClientContext.Provider>
}

/** @throws Error if there is neither an own client nor a provider */
export function useClient(own: TintypeClient | undefined): TintypeClient {
  const given = useContext(ClientContext)
  const client = own ?? given
  if (client) return client
  throw new Error(
    'This hook has no client. Put it in a <TintypeProvider client={…}>, or pass the option `client`.',
  )
}
