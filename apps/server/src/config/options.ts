import { type Input, type Inputs, printable } from './inputs.ts'
import { suggestName } from './suggest-name.ts'
import type { TintypeSettings } from './tintype-settings.ts'
import { type VariableKey, variables } from './variables.ts'

/** `TINTYPE_DATA_DIR` → `dataDirectory`. */
type NameInCamelCase<Name extends string> = Name extends `TINTYPE_${infer Rest}` ? CamelCase<Rest> : never
type CamelCase<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${Lowercase<First>}${Capitalize<CamelCase<Rest>>}`
  : Name extends 'DIR'
    ? 'directory'
    : Lowercase<Name>

/** Variables of the server and the log, which an embedded Tintype does not have. */
const serverKeys = ['host', 'port', 'logLevel'] as const satisfies readonly VariableKey[]
type OptionKey = Exclude<VariableKey, (typeof serverKeys)[number]>
type OptionName = NameInCamelCase<(typeof variables)[OptionKey]['name']>

/** The option that stands for a variable. */
export function optionName(key: VariableKey): string {
  const words = variables[key].name.slice('TINTYPE_'.length).toLowerCase().replace(/_dir$/, '_directory')
  return words.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}

const serverVariables: readonly VariableKey[] = serverKeys
const optionKeys = (Object.keys(variables) as VariableKey[]).filter((key) => !serverVariables.includes(key))
const keyByName = new Map(optionKeys.map((key) => [optionName(key), key]))

/**
 * Turns options into the text that variables have, so that one parser checks both. An option that is `undefined` counts as
 * not given. Names that are none of ours, and values that have no text, become problems.
 *
 * @param settings the compiler requires a member in `TintypeSettings` for every variable
 */
export function readOptions(settings: Pick<TintypeSettings, OptionName>): Inputs {
  const inputs = new Map<string, Input>()
  const problems: string[] = []
  for (const [name, value] of Object.entries<unknown>(settings)) {
    if (value === undefined) continue
    const key = keyByName.get(name)
    const text = toText(value)
    if (key === undefined) problems.push(`${printable(name)}: ${refuseName(name)}`)
    else if (text === undefined)
      problems.push(`${name}: expected a text, a number, a boolean or a list of texts`)
    else if (text.trim() !== '') inputs.set(variables[key].name, { text: text.trim() })
  }
  return { inputs, problems }
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value.join(',') : undefined
}

function refuseName(name: string): string {
  if (serverKeys.some((key) => optionName(key) === name))
    return 'no option of an embedded Tintype; the application owns the server and the log'
  return `unknown option${suggestName(name, [...keyByName.keys()], (option) => option)}`
}
