import { expectFlag, readFlags } from './read-flags.ts'
import { suggestName } from './suggest-name.ts'
import type { Variable } from './variable.ts'
import { variables } from './variables.ts'

/** A setting as it was given. */
export interface Input {
  readonly text: string
  /** The name it was given under, if that is not the variable's own. */
  readonly source?: string | undefined
}

/** The settings that were given, by the variable's name, and the problems with their names. */
export interface Inputs {
  readonly inputs: ReadonlyMap<string, Input>
  readonly problems: readonly string[]
}

const table: readonly Variable<unknown>[] = Object.values(variables)
const prefix = 'TINTYPE_'

/** A variable's flag without its dashes: `data-dir` for `TINTYPE_DATA_DIR`. */
export function flagOf({ name }: Pick<Variable<unknown>, 'name'>): string {
  return name.slice(prefix.length).toLowerCase().replaceAll('_', '-')
}

/**
 * Collects what was given for each variable: flags win over `TINTYPE_…`, which wins over `PORT`. An empty value counts as
 * not given. Unknown names become problems. Their values are never shown, because they may be secrets.
 */
export function readInputs(
  env: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
): Inputs {
  const inputs = new Map<string, Input>()
  const problems: string[] = []
  const give = (name: string, text: string, source?: string) => {
    if (text.trim() !== '') inputs.set(name, { text: text.trim(), source })
  }
  give(variables.port.name, env.PORT ?? '', 'PORT')
  for (const [name, text] of Object.entries(env)) {
    if (!name.toUpperCase().startsWith(prefix) || text === undefined) continue
    if (table.some((variable) => variable.name === name)) give(name, text)
    else problems.push(`${printable(name)}: unknown name${suggestVariable(name)}`)
  }
  const given = readFlags(args, {
    valued: table.filter(({ isSwitch }) => !isSwitch).map(flagOf),
    switches: table.filter(({ isSwitch }) => isSwitch).map(flagOf),
  })
  problems.push(...given.problems, ...[...given.positionals.keys()].map(expectFlag))
  for (const variable of table) {
    const flag = given.flags.get(flagOf(variable))
    if (flag && variable.isSecret) problems.push(`${flag.written}: ${refuseSecretFlag(variable)}`)
    else if (flag) give(variable.name, flag.text, flag.written)
  }
  return { inputs, problems }
}

function refuseSecretFlag({ name }: Variable<unknown>): string {
  return `other users of this machine can read a command line; set the variable ${name} instead`
}

/** Names are shown shortened and on one line. */
export function printable(name: string): string {
  return JSON.stringify(name.slice(0, 60)).slice(1, -1)
}

function suggestVariable(name: string): string {
  const known = table.map((variable) => variable.name.slice(prefix.length))
  return suggestName(name.slice(prefix.length).toUpperCase(), known, (bareName) => `${prefix}${bareName}`)
}
