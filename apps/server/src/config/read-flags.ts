import { parseArgs } from 'node:util'
import { suggestName } from './suggest-name.ts'

/** The flags that a command accepts, in lower case, without the dashes in front. */
export interface AcceptedFlags<Valued extends string = string, Switch extends string = string> {
  /** Flags that need a value. */
  readonly valued: readonly Valued[]
  /** Flags that need none; `0`, `1`, `true` or `false` may follow. */
  readonly switches: readonly Switch[]
}

/** A flag that was given. */
export interface GivenFlag {
  /** As it was written, such as `--TINTYPE_PORT`. */
  readonly written: string
  /** Its value, trimmed, never empty; `1` for a switch without one. */
  readonly text: string
}

/** A command line, taken apart. */
export interface ReadFlags {
  /** By their names in `AcceptedFlags`. A flag that was given twice has its last value. */
  readonly flags: ReadonlyMap<string, GivenFlag>
  /** The arguments without a flag, by their place on the command line, from 0. */
  readonly positionals: ReadonlyMap<number, string>
  /** A line for each unknown flag and each missing value. No value is repeated, because it may be a secret. */
  readonly problems: readonly string[]
}

/**
 * Reads the arguments of every command. `--data-dir x`, `--data-dir=x`, `--DATA_DIR=x` and `--tintype-data-dir=x` are the
 * same flag. After `--` nothing is a flag.
 */
export function readFlags(args: readonly string[], { valued, switches }: AcceptedFlags): ReadFlags {
  const { tokens } = parseArgs({
    args: spellFlags(args),
    options: Object.fromEntries([...valued.map(asOption('string')), ...switches.map(asOption('boolean'))]),
    strict: false, // it would stop at the first problem
    allowPositionals: true,
    tokens: true,
  })
  const flags = new Map<string, GivenFlag>()
  const positionals = new Map<number, string>()
  const problems = new Map<number, string>()
  for (const token of tokens) if (token.kind === 'positional') positionals.set(token.index, token.value)
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const { name, index, value, inlineValue } = token
    const [written] = /^--[a-z][\w-]*(?==|$)/i.exec(args[index] ?? '') ?? []
    const isSwitch = switches.includes(name)
    const next = value === undefined ? positionals.get(index + 1) : undefined
    const takesNext = next !== undefined && (!isSwitch || /^(?:0|1|true|false)$/i.test(next))
    if (takesNext) positionals.delete(index + 1)
    const text = (takesNext ? next : (value ?? (isSwitch ? '1' : ''))).trim()
    if (written === undefined) problems.set(index, expectFlag(index))
    else if (!isSwitch && !valued.includes(name)) {
      const suggestion = suggestName(name, [...valued, ...switches], (known) => `--${known}`)
      problems.set(index, `${written.slice(0, 60)}: unknown flag${suggestion}`)
    } else if (text === '' || (!inlineValue && text.startsWith('--')))
      problems.set(index, `${written}: expected a value`)
    else flags.set(name, { written, text })
  }
  return { flags, positionals, problems: [...problems.values()] }
}

/** The problem of an argument that means nothing. @param index its place, from 0 */
export function expectFlag(index: number): string {
  return `argument ${index + 1}: expected a flag such as --data-dir /srv/photos`
}

/** The arguments, with the names of flags as `AcceptedFlags` has them. */
function spellFlags(args: readonly string[]): string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length
  const spell = (flag: string) =>
    flag
      .toLowerCase()
      .replaceAll('_', '-')
      .replace(/^--tintype-/, '--')
  return args.map((arg, index) => (index < end ? arg.replace(/^--[a-z][\w-]*/i, spell) : arg))
}

function asOption(type: 'string' | 'boolean') {
  return (name: string) => [name, { type }] as const
}
