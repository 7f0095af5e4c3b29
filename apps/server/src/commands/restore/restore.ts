import { lstatSync, statSync } from 'node:fs'
import { link, readdir, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { makeDirectory, syncDirectory } from '@tintype/storage'
import { parseConfig } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { storageDirectory, storageName } from '../config/storage-url.ts'
import { writeAndDrain } from '../observability/write-and-drain.ts'
import { openBlobReader, openCatalogReader } from '../open-drivers.ts'
import { lockDirectory } from '../serving/directory-lock.ts'
import { placesOf, refuseUnmounted } from '../serving/refuse-unmounted.ts'
import { type BackupManifest, backupPaths, readManifest } from './backup-directory.ts'
import { abortOnSignals, type CommandContext } from './command-context.ts'
import { copyInto } from './copy-into.ts'
import { inspectLibrary, summarize } from './doctor.ts'
import { formatFinding } from './format-finding.ts'
import { type FileLibraryPaths, filePathsOf } from './open-library.ts'
import { readArguments } from './read-arguments.ts'

/**
 * `tintype restore DIR`: copies a backup into an empty data directory, then checks the result as doctor does. The
 * catalog gets its name last. If it fails, it removes what it made.
 *
 * @returns 1 if something is wrong with the result, otherwise 0
 */
export async function restore({ env, args, stdout, stderr, signals }: CommandContext): Promise<number> {
  const { positionals, settings } = readArguments(args, { positionals: ['DIR'] })
  const config = parseConfig(env, settings)
  const paths = filePathsOf(config)
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
  const tally = await inspectLibrary(paths, {
    signal,
    stderr,
    report: (finding) => writeAndDrain(stdout, `${formatFinding(finding)}\n`, signal),
  })
  stdout.write(`${summarize(tally)}\n`)
  return tally.left === 0 ? 0 : 1
}

interface Source {
  readonly directory: string
  readonly manifest: BackupManifest
  readonly signal: AbortSignal
  readonly stderr: CommandContext['stderr']
}

async function fill(paths: FileLibraryPaths, source: Source) {
  const unnamed = `${paths.catalogFile}.restoring`
  await using undo = new AsyncDisposableStack()
  for (const path of [restoredDirectory(paths), paths.stagingDirectory, unnamed]) {
    const before = await namesIn(path)
    undo.defer(() => removeNew(path, before))
  }
  await makeDirectory(dirname(paths.catalogFile))
  const result = await copyBackup(source, { ...paths, catalogFile: unnamed })
  await link(unnamed, paths.catalogFile) // a rename would replace a file that appeared in the meantime
  undo.move()
  await rm(unnamed)
  await syncDirectory(dirname(paths.catalogFile))
  return result
}

/** Removes what a restore made, and keeps what was there before, such as the mount point of a disk. */
async function removeNew(path: string, before: readonly string[] | undefined): Promise<void> {
  const names = before && (await readdir(path)).filter((name) => !before.includes(name))
  const made = names?.map((name) => join(path, name)) ?? [path]
  for (const one of made) await rm(one, { recursive: true, force: true })
}

async function copyBackup({ directory, manifest, ...options }: Source, paths: FileLibraryPaths) {
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

/** What an empty directory may have in it: what mkfs creates, and what the lock creates. */
const ignored = ['lost+found', 'tintype.lock', 'tintype.lock-journal']

/** Files that are there already could be photos. Errors are native ones, or a `ConfigError`. */
async function refuseOccupied(paths: FileLibraryPaths): Promise<void> {
  const { dataDirectory, catalogFile } = paths
  for (const directory of [dataDirectory, restoredDirectory(paths)]) {
    const names = await namesIn(directory)
    const first = names?.find((name) => !ignored.includes(name))
    if (first !== undefined)
      throw new ConfigError(`Restoring needs an empty data directory; ${directory} has ${first} in it`)
  }
  if (lstatSync(catalogFile, { throwIfNoEntry: false }))
    throw new ConfigError(`Restoring needs an empty data directory; ${catalogFile} exists`)
}

/** Whether another storage is empty is not known, and a failed restore could not empty it again. */
function restoredDirectory({ storage }: FileLibraryPaths): string {
  const directory = storageDirectory(storage)
  if (directory !== undefined) return directory
  throw new ConfigError(`Restoring needs a storage in a directory; ${storageName(storage)} has none`)
}

/** `undefined` if there is no such directory. */
async function namesIn(directory: string): Promise<string[] | undefined> {
  return statSync(directory, { throwIfNoEntry: false }) && (await readdir(directory))
}
