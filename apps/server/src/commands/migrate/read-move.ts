import { parseConfig } from '../../config/config.ts'
import { ConfigError } from '../../config/config-error.ts'
import {
  type CatalogSettings,
  catalogName,
  type LastingCatalog,
  parseCatalogUrl,
} from '../../config/engines/catalog-url.ts'
import {
  type LastingStorage,
  parseStorageUrl,
  type StorageSettings,
  storageName,
} from '../../config/engines/storage-url.ts'
import { parseByteSize, ValueRefused } from '../../config/values.ts'
import type { CommandContext } from '../command-context.ts'
import { readArguments } from '../read-arguments.ts'

/** One end of a move. */
export interface MoveEnd {
  readonly storage: LastingStorage
  readonly catalog: LastingCatalog
  /** For people, without secrets. */
  readonly name: string
}

/** What `tintype migrate` was asked to do. */
export interface MoveRequest {
  readonly source: MoveEnd
  readonly target: MoveEnd
  readonly dataDirectory: string
  readonly movesStorage: boolean
  readonly movesCatalog: boolean
  /** Bytes a second; absent for no limit. */
  readonly rate?: number | undefined
  readonly task: 'move' | 'abort' | 'delete-source'
  /** Whether to switch without waiting for a server of the target. */
  readonly switchesAtOnce: boolean
}

/** @throws ConfigError for what cannot be moved */
export function readMove({ env, args }: Pick<CommandContext, 'env' | 'args'>): MoveRequest {
  const { values, switches, settings } = readArguments(args, {
    valued: ['to-storage', 'to-database', 'rate'],
    switches: ['switch', 'abort', 'delete-source'],
  })
  if (switches.abort && switches['delete-source'])
    throw new ConfigError('--abort, --delete-source: expected one of them')
  const config = parseConfig(env, settings)
  const { dataDirectory } = config
  const source = toEnd(config.storage, config.catalog)
  const [toStorage, toDatabase] = [values['to-storage'], values['to-database']]
  if (toStorage === undefined && toDatabase === undefined)
    throw new ConfigError('Expected --to-storage, --to-database or both: where the library is moved to')
  const target = toEnd(
    toStorage === undefined
      ? config.storage
      : read('--to-storage', () => parseStorageUrl(toStorage)(dataDirectory)),
    toDatabase === undefined
      ? config.catalog
      : read('--to-database', () => parseCatalogUrl(toDatabase)(dataDirectory)),
  )
  const movesStorage = locate(source.storage) !== locate(target.storage)
  const movesCatalog = catalogName(source.catalog) !== catalogName(target.catalog)
  if (!movesStorage && !movesCatalog)
    throw new ConfigError('The library is there already: both URLs are those of the source')
  const rate = values.rate === undefined ? undefined : read('--rate', () => parseByteSize(values.rate ?? ''))
  const task = switches.abort ? 'abort' : switches['delete-source'] ? 'delete-source' : 'move'
  return {
    source,
    target,
    dataDirectory,
    movesStorage,
    movesCatalog,
    rate,
    task,
    switchesAtOnce: switches.switch,
  }
}

function toEnd(storage: StorageSettings, catalog: CatalogSettings): MoveEnd {
  if (storage.kind === 'memory' || catalog.kind === 'memory')
    throw new ConfigError('A library in memory ends with its server: it cannot be moved')
  return { storage, catalog, name: `${describeStorage(storage)} and ${catalogName(catalog)}` }
}

function describeStorage(storage: LastingStorage): string {
  return storage.kind === 's3' ? `s3://${storage.bucket}/${storage.prefix}` : storageName(storage)
}

/** Two storages with one location are the same. */
function locate(storage: LastingStorage): string {
  return storage.kind === 's3' ? `${storage.endpoint ?? ''} ${describeStorage(storage)}` : storage.directory
}

function read<Value>(flag: string, parse: () => Value): Value {
  try {
    return parse()
  } catch (error) {
    if (error instanceof ValueRefused) throw new ConfigError(`${flag}: ${error.message}`)
    throw error
  }
}
