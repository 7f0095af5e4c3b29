import type { TintypeClient } from '@tintype/client'
import { useEffect } from 'react'
import { photoChangesOf } from '../photos/photo-changes.ts'

/** How hooks follow what happens to photos. */
export interface LiveOptions {
  /**
   * Whether new photos of others wait until `showPending` is called or this is `false` again, for example while the page is
   * scrolled. `pending` has their number.
   *
   * @default false
   */
  readonly hold?: boolean | undefined
  /**
   * Tabs of one browser with the same name share a connection, if the browser has locks, which it has on HTTPS and localhost. Give
   * the same name only to tabs that can see the same photos: the id of the user, for example.
   *
   * @default a connection for each page, which it closes while it is in the background
   */
  readonly sharedAs?: string | undefined
}

/** Follows the server's changes while the component is mounted. Call it before what loads photos, so that nothing is missed. */
export function useLive(client: TintypeClient, live: boolean | LiveOptions | undefined): void {
  const isLive = Boolean(live)
  const sharedAs = typeof live === 'object' ? live.sharedAs : undefined
  useEffect(() => (isLive ? photoChangesOf(client).follow(sharedAs) : undefined), [client, isLive, sharedAs])
}
