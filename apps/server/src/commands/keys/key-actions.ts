import type { ApiKey, CreatedApiKey } from '@tintype/contract'
import type { keyCreateInput, keyRotateInput } from '@tintype/contract/schemas'

/** What a new key is to have. */
export type KeyWish = ReturnType<typeof keyCreateInput.parse>

/** Which key is replaced, and how long both are valid. */
export type RotationWish = ReturnType<typeof keyRotateInput.parse>

/**
 * What `tintype keys` can do: in a data directory, or at a running server. Each rejects with a `TintypeError`. Disposing it
 * closes what was opened.
 */
export interface KeyActions extends AsyncDisposable {
  create(wish: KeyWish): Promise<CreatedApiKey>
  list(): Promise<readonly ApiKey[]>
  rotate(wish: RotationWish): Promise<CreatedApiKey>
  revoke(id: string): Promise<ApiKey>
}
