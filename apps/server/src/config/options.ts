import { type Input, type Inputs, printable } from './inputs.ts'
import { type OptionShape, optionShapes, shapeOf } from './option-shapes.ts'
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
const serverKeys = [
  'host',
  'port',
  'operationsPort',
  'drainDelayMs',
  'stopTimeoutMs',
  'logLevel',
  'logFormat',
] as const satisfies readonly VariableKey[]
type OptionKey = Exclude<VariableKey, (typeof serverKeys)[number]>
type OptionName = NameInCamelCase<(typeof variables)[OptionKey]['name']>

/** The option that stands for a variable. */
export function optionName(key: VariableKey): string {
  const words = variables[key].name.slice('TINTYPE_'.length).toLowerCase().replace(/_dir$/, '_directory')
  return words.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}

const serverVariables: readonly VariableKey[] = serverKeys
const optionKeys = (Object.keys(variables) as VariableKey[]).filter(
  (key): key is OptionKey => !serverVariables.includes(key),
)
const keyByName = new Map<string, OptionKey>(optionKeys.map((key) => [optionName(key), key]))

const logMethods = ['debug', 'info', 'warn', 'error'] as const

/**
 * Turns options into the text that variables have, so that one parser checks both. An option that is `undefined` counts as
 * not given. Unknown names, values of another type than the option's, empty texts and a log without its methods become
 * problems.
 *
 * @param options the compiler requires a member in `TintypeSettings` for every variable
 */
export function readOptions({
  log,
  ...settings
}: Pick<TintypeSettings, OptionName> & { readonly log?: unknown }): Inputs {
  const inputs = new Map<string, Input>()
  const problems: string[] = []
  if (log !== undefined && !isLog(log))
    problems.push(`log: expected an object with the methods ${logMethods.join(', ')}; omit it to log nothing`)
  for (const [name, value] of Object.entries<unknown>(settings)) {
    if (value === undefined) continue
    const key = keyByName.get(name)
    const problem =
      key === undefined ? refuseName(name) : refuseValue(value, { name: name as OptionName, key })
    if (problem !== undefined) problems.push(`${printable(name)}: ${problem}`)
    else if (key !== undefined) inputs.set(variables[key].name, { text: toText(value) })
  }
  return { inputs, problems }
}

/** Of a value that is wrong for its option. It may be a secret, so only its type is shown. */
function refuseValue(
  value: unknown,
  { name, key }: { readonly name: OptionName; readonly key: OptionKey },
): string | undefined {
  const accepted: { readonly [Shape in OptionShape]?: true } = optionShapes[name]
  const shape = shapeOf(value)
  if (shape === undefined || accepted[shape] === undefined) {
    const expected = (Object.keys(accepted) as OptionShape[]).map((one) => shapeTitles[one]).join(' or ')
    return `expected ${expected}; received ${shape === undefined ? 'a value of another type' : shapeTitles[shape]}`
  }
  // An empty list is the default of an option without one. For another option it would silently become the default.
  const isEmpty = toText(value).trim() === ''
  if (!isEmpty || (shape === 'list' && variables[key].default === '' && name !== 'signingSecrets'))
    return undefined
  return shape === 'list'
    ? 'expected a list that is not empty; omit the option to get its default'
    : 'expected a text that is not empty; omit the option to get its default'
}

const shapeTitles = {
  text: 'a text',
  number: 'a number',
  boolean: 'a boolean',
  list: 'a list of texts',
} as const satisfies Record<OptionShape, string>

function toText(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0'
  return Array.isArray(value) ? value.join(',') : String(value).trim()
}

function isLog(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return logMethods.every((name) => typeof Reflect.get(value, name) === 'function')
}

function refuseName(name: string): string {
  if (serverKeys.some((key) => optionName(key) === name))
    return 'no option of an embedded Tintype; the application owns the server and the log'
  return `unknown option${suggestName(name, [...keyByName.keys()], (option) => option)}`
}
