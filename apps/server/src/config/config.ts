import { resolve } from 'node:path'
import type { PhotoFormat } from '@tintype/contract'
import { isLoopbackAddress } from '@tintype/http'
import { findAccessConflicts, findUnchosenAccess } from './access/access-conflicts.ts'
import { type AccessSettings, toAccessSettings } from './access/access-settings.ts'
import type {
  durabilities,
  eagerRenditions,
  inspections,
  logFormats,
  logLevels,
  mediaDeliveries,
} from './choices.ts'
import { ConfigError } from './config-error.ts'
import type { Conflict, NameOf } from './conflict.ts'
import { findDeliveryConflicts } from './delivery-conflicts.ts'
import type { CatalogSettings } from './engines/catalog-url.ts'
import { findEngineConflicts } from './engines/engine-conflicts.ts'
import type { StorageSettings } from './engines/storage-url.ts'
import { type Inputs, readInputs } from './inputs.ts'
import { optionName, readOptions } from './options.ts'
import type { TintypeSettings } from './tintype-settings.ts'
import { ValueRefused } from './values.ts'
import type { Variable } from './variable.ts'
import { type VariableKey, type VariableValues, variables } from './variables.ts'

/** An AVIF takes about 18 bytes of memory a pixel to decode, and a decoder has 1.5 GiB. */
const avifPixelsInMemory = 50_000_000

/** Every setting, parsed and checked. Deeply frozen. */
export interface Config {
  readonly http: {
    readonly host: string
    /** 0 picks any free port. */
    readonly port: number
    /** Port of metrics and readiness, if it is another one; `off` if they are not served. */
    readonly operationsPort?: number | 'off' | undefined
    /** Origin, and a path if clients have another one than `basePath`, without a final slash. URLs are root-relative if absent. */
    readonly publicUrl?: string | undefined
    /** Path before every route, without a final slash; `''` is the root. */
    readonly basePath: string
    /** Path of nginx's internal location for media, without a final slash. */
    readonly accelPrefix?: string | undefined
    /** Who sends the bytes of media that are in a bucket. */
    readonly mediaDelivery: (typeof mediaDeliveries)[number]
    /** Absolute; the built gallery if absent. */
    readonly staticDirectory?: string | undefined
    readonly corsOrigins: readonly string[]
    /** Request headers that pages of other origins may send, besides those that are read. */
    readonly corsHeaders: readonly string[]
    /** Host names and addresses that are answered, besides those of the public URL and of this machine. Lower case. */
    readonly allowedHosts: readonly string[]
    /** Only this machine can reach `host`. */
    readonly isLoopback: boolean
    /** The operator confirmed that anyone who can reach `host` may use the server, which is open then. */
    readonly isOpen: boolean
  }
  readonly access: AccessSettings
  /** Absolute. */
  readonly dataDirectory: string
  /** Directories that must be mount points at the start. Absolute. */
  readonly requiredMounts: readonly string[]
  readonly storage: StorageSettings
  readonly catalog: CatalogSettings
  /** Images decoded at once; one for each processor if absent. */
  readonly decoders?: number | undefined
  readonly durability: (typeof durabilities)[number]
  readonly inspection: (typeof inspections)[number]
  readonly eagerRenditions: (typeof eagerRenditions)[number]
  readonly renditionCache: {
    /** Most bytes of all renditions; absent if there is no limit. */
    readonly maxByteSize?: number | undefined
    /** Most bytes of one photo's. */
    readonly maxByteSizePerPhoto: number
  }
  readonly eventRetentionSeconds: number
  /** How long files stay in quarantine; for ever if absent. */
  readonly quarantineRetentionSeconds?: number | undefined
  readonly limits: Limits
  readonly stop: {
    /** How long requests are still accepted after the signal, milliseconds. */
    readonly drainDelayMs: number
    /** How long those that run may take then, milliseconds. */
    readonly timeoutMs: number
  }
  readonly log: {
    readonly level: (typeof logLevels)[number]
    readonly format: (typeof logFormats)[number]
  }
}

/** Limits of a request. The first five are settings, the rest are constants. */
export interface Limits {
  readonly maxUploadByteSize: number
  readonly allowedFormats: readonly PhotoFormat[]
  /** Width × height; of an animation, of one frame. */
  readonly maxPixels: number
  readonly maxConcurrentUploads: number
  readonly uploadIdleTimeoutMs: number
  /** Half of `maxPixels`, and not more than a decoder's memory holds. */
  readonly maxAvifPixels: number
  /** Pixels of one side. */
  readonly maxSide: number
  readonly maxFrames: number
  /** An upload that is slower than this on average is ended once `slowUploadGraceMs` is over. */
  readonly minUploadBytesPerSecond: number
  readonly slowUploadGraceMs: number
  readonly maxUploadDurationMs: number
  readonly maxJsonByteSize: number
  /** Calls in one tRPC batch. */
  readonly maxBatchCalls: number
}

/**
 * Reads the environment and the command line into a configuration. It touches nothing else: whether directories and
 * databases can be used is checked when they are opened.
 *
 * @param env of the process; names without `TINTYPE_` are ignored, except `PORT`
 * @param flags arguments after the program's name: `--port 3001`, `--data-dir=/srv/photos`, `--open`
 * @throws ConfigError naming every problem at once
 * @see docs/configuration.md
 */
export function parseConfig(
  env: Readonly<Record<string, string | undefined>>,
  flags: readonly string[] = [],
): Config {
  return parseInputs(readInputs(env, flags), (key) => variables[key].name)
}

/**
 * Reads the options of an embedded Tintype into a configuration, with the checks and defaults of the environment.
 * `host`, `port` and the log's level mean nothing in it: the application owns the server and the log.
 *
 * @param options.log is only checked
 * @throws ConfigError naming every problem at once, each by its option
 */
export function parseOptions(options: TintypeSettings & { readonly log?: unknown }): Config {
  const config = parseInputs(readOptions(options), optionName, findUnchosenAccess)
  // The address that the application listens on is not known, so only `open` decides who is expected.
  return freeze({ ...config, http: { ...config.http, isLoopback: !config.http.isOpen } })
}

function parseInputs(
  { inputs, problems: unread }: Inputs,
  nameOf: NameOf,
  findMore: (config: Config, nameOf: NameOf) => Conflict[] = () => [],
): Config {
  const { values, refusals } = parseValues(inputs, nameOf)
  const config = toConfig(values)
  const conflicts = [
    ...findAccessConflicts(values, config, nameOf),
    ...findSharedPort(config, nameOf),
    ...findEngineConflicts(values, config, nameOf),
    ...findDeliveryConflicts(config, nameOf),
    ...findMore(config, nameOf),
  ].filter(({ keys }) => !keys.some((key) => refusals.has(key)))
  const problems = [...unread, ...refusals.values(), ...conflicts.map(({ problem }) => problem)]
  if (problems.length > 0) {
    const title = problems.length === 1 ? 'a problem' : `${problems.length} problems`
    throw new ConfigError([`The configuration has ${title}:`, ...problems].join('\n'), problems)
  }
  return freeze(config)
}

/** A refused value is replaced by the default, so that the other values can still be checked together. */
function parseValues(inputs: Inputs['inputs'], nameOf: NameOf) {
  const values: Partial<Record<VariableKey, unknown>> = {}
  const refusals = new Map<VariableKey, string>()
  for (const key of Object.keys(variables) as VariableKey[]) {
    const variable: Variable<unknown> = variables[key]
    const input = inputs.get(variable.name)
    try {
      values[key] = variable.parse(input?.text ?? variable.default)
    } catch (error) {
      if (!(error instanceof ValueRefused)) throw error
      const source = input?.source === undefined ? '' : ` (from ${input.source})`
      const text = input?.text ?? ''
      const received = variable.isSecret ? `${text.length} characters` : redact(text)
      refusals.set(key, `${nameOf(key)}${source}: ${error.message}; received ${received}`)
      values[key] = variable.parse(variable.default)
    }
  }
  return { values: values as VariableValues, refusals }
}

function toConfig(values: VariableValues): Config {
  const { host, port, publicUrl, basePath, accelPrefix, isOpen, maxPixels } = values
  const { corsOrigins, corsHeaders, allowedHosts } = values
  const dataDirectory = resolve(values.dataDirectory)
  const staticDirectory = values.staticDirectory && resolve(values.staticDirectory)
  const isLoopback = host === 'localhost' || isLoopbackAddress(host)
  return {
    http: {
      ...{
        host,
        port,
        operationsPort: values.operationsPort,
        publicUrl,
        basePath,
        accelPrefix,
        staticDirectory,
        isLoopback,
        isOpen,
      },
      ...{ corsOrigins, corsHeaders, allowedHosts },
      mediaDelivery: values.mediaDelivery,
    },
    access: toAccessSettings(values, { isLoopback }),
    dataDirectory,
    requiredMounts: values.requiredMounts,
    storage: values.storage(dataDirectory),
    catalog: toCatalogSettings(values, dataDirectory),
    decoders: values.decoders,
    durability: values.durability,
    inspection: values.inspection,
    eagerRenditions: values.eagerRenditions,
    renditionCache: {
      maxByteSize: values.renditionCacheByteSize,
      maxByteSizePerPhoto: values.photoRenditionCacheByteSize,
    },
    eventRetentionSeconds: values.eventRetentionSeconds,
    quarantineRetentionSeconds: values.quarantineRetentionSeconds,
    limits: {
      maxUploadByteSize: values.maxUploadByteSize,
      allowedFormats: values.allowedFormats,
      maxPixels,
      maxConcurrentUploads: values.maxConcurrentUploads,
      uploadIdleTimeoutMs: values.uploadIdleTimeoutMs,
      maxAvifPixels: Math.min(Math.floor(maxPixels / 2), avifPixelsInMemory),
      maxSide: 30_000,
      maxFrames: 1000,
      minUploadBytesPerSecond: 1024,
      slowUploadGraceMs: 30_000,
      maxUploadDurationMs: 3_600_000,
      maxJsonByteSize: 256 * 1024,
      maxBatchCalls: 20,
    },
    stop: { drainDelayMs: values.drainDelayMs, timeoutMs: values.stopTimeoutMs },
    log: { level: values.logLevel, format: values.logFormat },
  }
}

function toCatalogSettings(
  { catalog, databaseListen }: VariableValues,
  dataDirectory: string,
): CatalogSettings {
  const settings = catalog(dataDirectory)
  const listenServer = databaseListen?.(dataDirectory)
  return settings.kind === 'postgres' && listenServer ? { ...settings, listenServer } : settings
}

function findSharedPort({ http: { port, operationsPort } }: Config, nameOf: NameOf): Conflict[] {
  if (port === 0 || port !== operationsPort) return []
  const problem = `${nameOf('operationsPort')}: expected another port than ${nameOf('port')}, or no value, which serves both on one`
  return [{ keys: ['operationsPort', 'port'], problem }]
}

/**
 * A value in the form that may be shown: on one line, shortened, without possible secrets. URLs of stores and databases keep
 * only their scheme. Of other URLs the parts before `@` and after `?` are removed.
 */
function redact(text: string): string {
  const [, scheme = ''] = /^([a-z][a-z0-9+.-]*:(?:\/\/)?)/i.exec(text) ?? []
  const isEngine = /^(?!https?:|file:)[^:]*:\/\/|^(?:s3|postgres)/i.test(scheme)
  const rest = isEngine ? '…' : text.slice(scheme.length).replace(/^.*@/s, '…@').replace(/\?.*$/s, '?…')
  return JSON.stringify(`${scheme}${rest.length > 80 ? `${rest.slice(0, 80)}…` : rest}`)
}

function freeze<Value extends object>(value: Value): Value {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) freeze(member)
  }
  return Object.freeze(value)
}
