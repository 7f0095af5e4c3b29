import { ConfigError } from '../config/config-error.ts'
import { flagOf } from '../config/inputs.ts'
import { type AcceptedFlags, readFlags } from '../config/read-flags.ts'
import { parseSwitch, ValueRefused } from '../config/values.ts'
import { variables } from '../config/variables.ts'

/** The settings that every command accepts: they say where the library is. */
const pathSettings = [variables.dataDirectory, variables.storage, variables.catalog].map(flagOf)

/** What a command accepts besides the settings. */
export interface AcceptedArguments<Valued extends string, Switch extends string>
  extends Partial<AcceptedFlags<Valued, Switch>> {
  /** Names of the arguments without a flag, all required, as in `tintype help`. */
  readonly positionals?: readonly string[]
}

/** A command's arguments, read. */
export interface ReadArguments<Valued extends string, Switch extends string> {
  readonly values: Readonly<Partial<Record<Valued, string>>>
  readonly switches: Readonly<Record<Switch, boolean>>
  /** As many as expected. */
  readonly positionals: readonly string[]
  /** Flags for `parseConfig`. */
  readonly settings: readonly string[]
}

/** @throws ConfigError with a line for each unknown flag and wrong value; for too few or too many arguments */
export function readArguments<Valued extends string = never, Switch extends string = never>(
  args: readonly string[],
  { valued = [], switches = [], positionals: names = [] }: AcceptedArguments<Valued, Switch>,
): ReadArguments<Valued, Switch> {
  const { flags, positionals, ...read } = readFlags(args, { valued: [...pathSettings, ...valued], switches })
  const problems = [...read.problems]
  const isOn = (name: Switch): [Switch, boolean] => {
    const flag = flags.get(name)
    try {
      return [name, flag !== undefined && parseSwitch(flag.text)]
    } catch (error) {
      if (!(error instanceof ValueRefused)) throw error
      problems.push(`${flag?.written}: ${error.message}`)
      return [name, false]
    }
  }
  const on = Object.fromEntries(switches.map(isOn)) as Record<Switch, boolean>
  if (problems.length === 0 && positionals.size !== names.length)
    problems.push(`Expected ${names.join(' and ') || 'no arguments'} after the command`)
  if (problems.length > 0) throw new ConfigError(`${problems.join('\n')}; see "tintype help"`, problems)
  const textOf = (name: string) => flags.get(name)?.text
  return {
    values: Object.fromEntries(valued.map((name) => [name, textOf(name)])) as Partial<Record<Valued, string>>,
    switches: on,
    positionals: [...positionals.values()],
    settings: pathSettings.flatMap((name) => (flags.has(name) ? [`--${name}=${textOf(name)}`] : [])),
  }
}
