import type { PhotoFormat } from '@tintype/contract'
import { type Input, type Inputs, printable } from './inputs.ts'
import { suggestName } from './suggest-name.ts'
import {
  type durabilities,
  type eagerRenditions,
  type inspections,
  type VariableKey,
  variables,
} from './variables.ts'

/**
 * The settings of an embedded Tintype. Each is a variable of the stand-alone server in camel case, with its meaning, default
 * and checks. A setting that is omitted has its default.
 *
 * @see docs/configuration.md
 */
export interface TintypeSettings {
  /** Directory of everything that is stored on disk. A relative path starts at the working directory. @default './data' */
  readonly dataDirectory?: string | undefined
  /** Where bytes are stored: `file:` with a path, relative to `dataDirectory`, or `memory:`. @default 'file:media' */
  readonly storageUrl?: string | undefined
  /** Where rows are stored: `file:` with the path of an SQLite database, or `memory:`. @default 'file:tintype.db' */
  readonly databaseUrl?: string | undefined
  /** What a 201 survives: a power cut, or only the death of the process. @default 'full' */
  readonly durability?: (typeof durabilities)[number] | undefined
  /** What an upload waits for: the decode of the image, or only its header. @default 'decode' */
  readonly inspection?: (typeof inspections)[number] | undefined
  /** Renditions made before their first view: the thumbnail, or every width of the ladder. @default 'thumb' */
  readonly eagerRenditions?: (typeof eagerRenditions)[number] | undefined
  /** Origin under which clients reach the application, such as `https://photos.example.com`. URLs start with it. */
  readonly publicUrl?: string | undefined
  /** Path below which Tintype serves everything, such as `/files`; the full path, also below a mount. @default '/' */
  readonly basePath?: string | undefined
  /**
   * Path of an internal location in nginx that serves the media directory, such as `/_media`. nginx then sends the bytes of
   * media (`X-Accel-Redirect`).
   */
  readonly accelPrefix?: string | undefined
  /** Directory of the web bundle that is served. The gallery that comes with Tintype is served if it is omitted. */
  readonly staticDirectory?: string | undefined
  /** Largest file: bytes, or a text such as `25mb`. @default '25mb' */
  readonly maxUploadSize?: number | string | undefined
  /** Formats that may be uploaded. @default all */
  readonly allowedFormats?: readonly PhotoFormat[] | undefined
  /** Most pixels of an image: width × height × frames. @default 100_000_000 */
  readonly maxPixels?: number | undefined
  /** Uploads at the same time, 1 to 10000. @default 64 */
  readonly maxConcurrentUploads?: number | undefined
  /** How long an upload may send nothing, with a unit: `ms`, `s` or `m`. @default '15s' */
  readonly uploadIdleTimeout?: string | undefined
  /** Exact origins whose pages may write and read answers. @default [] */
  readonly corsOrigins?: readonly string[] | undefined
  /**
   * Confirms that anyone who can reach the application may upload, read and delete, and answers any `Host` if there is no
   * `publicUrl`. Without it, only requests for this machine and for the host of `publicUrl` are answered. @default false
   */
  readonly open?: boolean | undefined
}

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
