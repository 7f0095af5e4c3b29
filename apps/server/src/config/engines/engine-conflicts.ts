import type { Config } from '../config.ts'
import type { Conflict, NameOf } from '../conflict.ts'
import { contains } from '../contains.ts'
import type { VariableValues } from '../variables.ts'

/** Settings of storage and catalog that are valid alone and invalid together. */
export function findEngineConflicts(values: VariableValues, config: Config, nameOf: NameOf): Conflict[] {
  return [...findMixedEngines(config, nameOf), ...findUnusedListening(values, config, nameOf)]
}

function findUnusedListening(
  { databaseListen }: VariableValues,
  { catalog }: Config,
  nameOf: NameOf,
): Conflict[] {
  if (databaseListen === undefined || catalog.kind === 'postgres') return []
  const problem = `${nameOf('databaseListen')}: expected ${nameOf('catalog')} to be a PostgreSQL database; only its servers hear each other`
  return [{ keys: ['databaseListen', 'catalog'], problem }]
}

function findMixedEngines({ http, dataDirectory, storage, catalog }: Config, nameOf: NameOf): Conflict[] {
  const conflicts: Conflict[] = []
  if ((storage.kind === 'memory') !== (catalog.kind === 'memory')) {
    const problem =
      `${nameOf('storage')}, ${nameOf('catalog')}: use memory: for both or for neither; rows without ` +
      'bytes cannot be shown, and bytes without rows go to quarantine/ or are removed'
    conflicts.push({ keys: ['storage', 'catalog'], problem })
  }
  const kept = storage.kind === 'disk' ? [dataDirectory, storage.directory] : [dataDirectory]
  const { staticDirectory } = http
  if (
    staticDirectory &&
    kept.some((one) => contains(one, staticDirectory) || contains(staticDirectory, one))
  ) {
    const problem =
      `${nameOf('staticDirectory')}: expected a directory apart from ${nameOf('dataDirectory')} and ` +
      `${nameOf('storage')}, because /static would serve the files in it`
    conflicts.push({ keys: ['staticDirectory', 'dataDirectory', 'storage'], problem })
  }
  if (storage.kind === 'disk' && catalog.kind === 'sqlite' && contains(storage.directory, catalog.file)) {
    const problem = `${nameOf('catalog')}: expected a file outside ${nameOf('storage')}, which holds photos only`
    conflicts.push({ keys: ['catalog', 'storage', 'dataDirectory'], problem })
  }
  return conflicts
}
