import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { ConfigError } from '../config/config-error.ts'
import { variables } from '../config/variables.ts'

/** Settings that every command takes: those that say where the library is. */
const places = [variables.dataDirectory, variables.storage, variables.catalog].map(({ name }) =>
  name.slice('TINTYPE_'.length).toLowerCase().replaceAll('_', '-'),
)

/** What a command takes besides the settings. */
export interface Expected<Options extends ParseArgsOptionsConfig> {
  readonly options: Options
  /** What stands without a flag, each required, as it is called in `tintype help`. */
  readonly positionals: readonly string[]
}

/**
 * Reads a command's arguments.
 *
 * @returns `settings` as flags for `parseConfig`, and `positionals`, as many as were expected
 * @throws ConfigError for an unknown flag, a missing value, too few or too many arguments
 */
export function readArguments<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  { options, positionals: names }: Expected<Options>,
) {
  const settings = Object.fromEntries(places.map((name) => [name, { type: 'string' } as const]))
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...settings, ...options },
      allowPositionals: names.length > 0,
    })
    if (positionals.length !== names.length)
      throw new ConfigError(
        `Expected ${names.join(' and ') || 'nothing'} behind the command; "tintype help" names all`,
      )
    const given: Record<string, unknown> = values
    const flags = places.filter((name) => given[name] !== undefined).map((name) => `--${name}=${given[name]}`)
    return { values, positionals, settings: flags }
  } catch (error) {
    const isOurs = error instanceof Error && 'code' in error && `${error.code}`.startsWith('ERR_PARSE_ARGS')
    if (!isOurs) throw error
    throw new ConfigError(`${error.message.split('. ')[0]}; "tintype help" names all`)
  }
}
