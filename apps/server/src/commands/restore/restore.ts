import { resolve } from 'node:path'
import { makeDirectory } from '@tintype/storage'
import { parseConfig } from '../../config/config.ts'
import { ConfigError } from '../../config/config-error.ts'
import { writeAndDrain } from '../../observability/write-and-drain.ts'
import { openBlobReader, openCatalogReader } from '../../open-drivers.ts'
import { lockDirectory } from '../../serving/directory-lock.ts'
import { placesOf, refuseUnmounted } from '../../serving/refuse-unmounted.ts'
import { type BackupManifest, backupPaths, readManifest } from '../backup-directory.ts'
import { abortOnSignals, type CommandContext } from '../command-context.ts'
import { copyInto } from '../copy-into.ts'
import { inspectLibrary, summarize } from '../doctor.ts'
import { formatFinding } from '../format-finding.ts'
import { type LibraryPaths, pathsOf } from '../open-library.ts'
import { readArguments } from '../read-arguments.ts'
import { prepareCatalog } from './prepare-catalog.ts'
import { prepareStore } from './prepare-store.ts'
import { refuseOccupied } from './refuse-occupied.ts'

/**
 * `tintype restore DIR`: copies a backup into an empty library, then checks the result as doctor does. The catalog can be used
 * last. If it fails, it removes what it made.
 *
 * @returns 1 if something is wrong with the result, otherwise 0
 */
export async function restore({ env, args, stdout, stderr, signals }: CommandContext): Promise<number> {
  const { positionals, settings } = readArguments(args, { positionals: ['DIR'] })
  const config = parseConfig(env, settings)
  const paths = pathsOf(config)
  const directory = resolve(positionals[0] ?? '')
  const manifest = await readManifest(directory)
  refuseUnmounted(placesOf(config), config)
  await refuseOccupied(paths)
  const signal = abortOnSignals(signals)

  await makeDirectory(paths.dataDirectory)
  using _lock = await lockDirectory(paths.dataDirectory)
  await refuseOccupied(paths) // again: its last owner may have filled it
  const { photos, broken } = await fill(paths, { directory, manifest, signal, stderr })
  stdout.write(`${photos + broken} photos are back, as of ${manifest.createdAt}\n`)
  // A bucket's engine has compared every byte when it was stored.
  const readsBytes = paths.storage.kind === 'disk'
  const tally = await inspectLibrary(paths, {
    ...{ signal, stderr, readsBytes },
    report: (finding) => writeAndDrain(stdout, `${formatFinding(finding)}\n`, signal),
  })
  stdout.write(`${summarize(tally, { readsBytes })}\n`)
  return tally.left === 0 ? 0 : 1
}

interface Source {
  readonly directory: string
  readonly manifest: BackupManifest
  readonly signal: AbortSignal
  readonly stderr: CommandContext['stderr']
}

async function fill(paths: LibraryPaths, source: Source) {
  await using undo = new AsyncDisposableStack()
  const store = undo.use(await prepareStore(paths))
  const catalog = undo.use(await prepareCatalog(paths))
  const result = await copyBackup(source, { ...paths, catalogFile: catalog.copyFile })
  await catalog.finish()
  store.keep()
  return result
}

async function copyBackup(
  { directory, manifest, ...options }: Source,
  paths: LibraryPaths & { readonly catalogFile: string },
) {
  const from = backupPaths(directory)
  await using catalog = await openCatalogReader(
    { kind: 'sqlite', file: from.catalogFile },
    { isFrozen: true },
  )
  const [damage] = (await catalog.findDamage?.()) ?? []
  if (damage !== undefined) throw new ConfigError(`The catalog of this backup is damaged: ${damage}`)
  if ((await catalog.count()) !== manifest.photos)
    throw new ConfigError(
      'This backup was changed: its catalog has another number of photos than its manifest',
    )
  await using blobs = await openBlobReader(from.storage)
  return await copyInto({ catalog, blobs }, paths, options)
}
