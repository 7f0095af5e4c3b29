import type { VariableKey } from './variables.ts'

/** How the operator names a setting. */
export type NameOf = (key: VariableKey) => string

/** Values that are valid alone and invalid together. */
export interface Conflict {
  /** If one of them was refused, the conflict may come from the default that replaced it, and is not reported. */
  readonly keys: readonly VariableKey[]
  readonly problem: string
}
