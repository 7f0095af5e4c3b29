import type { KeyChoice } from '@tintype/access'
import type { ApiKey, CreatedApiKey } from '@tintype/contract'
import type { keyRotateInput } from '@tintype/contract/schemas'

/** Which key is replaced, and how long both are valid. */
export type RotationChoice = ReturnType<typeof keyRotateInput.parse>

/**
 * What `tintype keys` can do: in a data directory, or at a running server. Each rejects with a `TintypeError`. Disposing it
 * closes what was opened.
 */
export interface KeyActions extends AsyncDisposable {
  create(choice: KeyChoice): Promise<CreatedApiKey>
  list(): Promise<readonly ApiKey[]>
  rotate(choice: RotationChoice): Promise<CreatedApiKey>
  revoke(id: string): Promise<ApiKey>
}
