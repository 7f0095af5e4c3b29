import type { Right } from '@tintype/client'

/** Whether the page needs an API key, and has one. */
export type KeyState =
  /** The server has answered without one. Also the state before its first answer. */
  | 'unneeded'
  /** The server answers only with a key. Calls wait until there is one. */
  | 'missing'
  /** The server has refused the key that the page had, because it was revoked or has expired. Calls wait for another one. */
  | 'refused'
  /** The server has accepted the key. */
  | 'held'

/** The API key that a closed server needs. It is in the page's memory only, so reloading the page forgets it. */
export interface KeyMemory {
  /**
   * The SDK's `token`, of any number of clients. Returns no key until the server has refused that. Then, and after each
   * refusal of the key that is held, returns a promise that `hold` fulfils.
   */
  readToken(request: { readonly refused?: string }): string | Promise<string>
  /** Gives the calls that wait a key that the server has accepted, which has these rights. */
  hold(key: string, rights: readonly Right[]): void
  readonly state: () => KeyState
  /** What the key may do; `undefined` if there is no key: everything, on a server that needs none. */
  readonly rights: () => readonly Right[] | undefined
  /** Calls a listener after each change of the state. Returns a function that ends this. */
  subscribe(listener: () => void): () => void
}

/** Holds no key at first. */
export function createKeyMemory(): KeyMemory {
  let state: KeyState = 'unneeded'
  let key = ''
  let rights: readonly Right[] | undefined
  let next: PromiseWithResolvers<string> | undefined
  const listeners = new Set<() => void>()
  function change(to: KeyState): void {
    state = to
    for (const listener of listeners) listener()
  }
  return {
    readToken({ refused }) {
      if (refused === key && !next) {
        next = Promise.withResolvers()
        change(refused === '' ? 'missing' : 'refused')
      }
      return next?.promise ?? key
    },
    hold(accepted, given) {
      key = accepted
      rights = given
      next?.resolve(accepted)
      next = undefined
      change('held')
    },
    state: () => state,
    rights: () => rights,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
