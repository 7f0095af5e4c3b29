import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { ConfigError } from '../config/config-error.ts'
import { variables } from '../config/variables.ts'

/** Settings that every command accepts: they say where the library is. */
const places = [variables.dataDirectory, variables.storage, variables.catalog].map(({ name }) =>
  name.slice('TINTYPE_'.length).toLowerCase().replaceAll('_', '-'),
)

/** What a command accepts besides the settings. */
export interface Expected<Options extends ParseArgsOptionsConfig> {
  readonly options: Options
  /** Names of the arguments without a flag, all required, as in `tintype help`. */
  readonly positionals: readonly string[]
}

/**
 * Reads a command's arguments.
 *
 * @returns `settings` as flags for `parseConfig`, and as many `positionals` as expected
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
        `Expected ${names.join(' and ') || 'no arguments'} after the command; see "tintype help"`,
      )
    const given: Record<string, unknown> = values
    const flags = places.filter((name) => given[name] !== undefined).map((name) => `--${name}=${given[name]}`)
    return { values, positionals, settings: flags }
  } catch (error) {
    const isOurs = error instanceof Error && 'code' in error && `${error.code}`.startsWith('ERR_PARSE_ARGS')
    if (!isOurs) throw error
    throw new ConfigError(`${error.message.split('. ')[0]}; see "tintype help"`)
  }
}
