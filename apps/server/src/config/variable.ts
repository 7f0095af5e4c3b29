/** One setting: its name, default, meaning, and how its text is parsed. */
export interface Variable<Value> {
  readonly name: `TINTYPE_${string}`
  /** The default as text; empty if there is none. */
  readonly default: string
  /** For the documentation, with units. */
  readonly meaning: string
  /** Given as a flag, it needs no value. */
  readonly isSwitch?: boolean
  /** Its value is never shown, and it is no flag: other users of the machine can read command lines. */
  readonly isSecret?: boolean
  /** Reads the text, trimmed; also reads `default`. @throws ValueRefused */
  readonly parse: (text: string) => Value
}
