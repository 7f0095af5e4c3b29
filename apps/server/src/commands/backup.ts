import { randomBytes } from 'node:crypto'
import { link, lstat, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type BlobKey, type BlobReader, fileSource, makeDirectory, syncDirectory } from '@tintype/storage'
import { type Config, parseConfig } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { contains } from '../config/contains.ts'
import { storageDirectory } from '../config/engines/storage-url.ts'
import { noteBackup } from '../observability/last-backup.ts'
import { openBlobReader } from '../open-drivers.ts'
import { refuseUnmounted } from '../serving/refuse-unmounted.ts'
import { backupPaths, readManifest, writeManifest } from './backup-directory.ts'
import { abortOnSignals, type CommandContext } from './command-context.ts'
import { type CopyIntoOptions, copyInto } from './copy-into.ts'
import { listBackups, nameBackup, removeOldBackups } from './kept-backups.ts'
import { openLibrary, pathsOf } from './open-library.ts'
import { formatByteSize } from './progress-line.ts'
import { readArguments } from './read-arguments.ts'

/**
 * `tintype backup DIR`: copies the library as it is at one moment, also while its server runs. The directory appears when
 * everything is in it and durable, or not at all.
 *
 * @returns 1 if a photo is broken and its bytes were left out, otherwise 0
 */
export async function backup({ env, args, stdout, stderr, signals }: CommandContext): Promise<number> {
  const { values, positionals, settings } = readArguments(args, {
    valued: ['since', 'keep'],
    positionals: ['DIR'],
  })
  const keep = values.keep === undefined ? undefined : parseKeep(values.keep)
  const config = parseConfig(env, settings)
  const paths = pathsOf(config)
  const given = resolve(positionals[0] ?? '')
  const createdAt = new Date()
  const directory = keep === undefined ? given : join(given, nameBackup(createdAt))
  const since = values.since ?? (keep === undefined ? undefined : (await listBackups(given))[0])
  await refuseTarget(directory, config)
  refuseUnmounted([directory])
  const signal = abortOnSignals(signals)

  await using opening = new AsyncDisposableStack()
  const library = opening.use(await openLibrary(paths))
  const earlier = since === undefined ? undefined : opening.use(await openEarlier(since))
  const partial = `${directory}.partial-${randomBytes(6).toString('hex')}`
  await makeDirectory(dirname(directory))
  await mkdir(partial, { mode: 0o750 })
  opening.defer(() => rm(partial, { recursive: true, force: true }))
  const target = backupPaths(partial)
  const copyOptions: CopyIntoOptions = { signal, stderr, reuse: earlier && reuseFrom(earlier, target) }
  const { photos: copied, reused, broken, vanished, byteSize } = await copyInto(library, target, copyOptions)
  await rm(target.stagingDirectory, { recursive: true })
  const photos = copied + reused + broken
  await writeManifest(partial, { format: 1, createdAt: createdAt.toISOString(), photos })
  signal.throwIfAborted()
  await rename(partial, directory)
  await syncDirectory(dirname(directory))
  // The backup is complete also if its user may only read the library.
  await noteBackup(paths.dataDirectory, { createdAt: createdAt.toISOString(), photos }).catch(
    (error: Error) =>
      stderr.write(`The server's metrics do not have the time of this backup: ${error.message}\n`),
  )

  const removed = keep === undefined || broken > 0 ? 0 : await removeOldBackups(given, { keep })
  const facts = [`${formatByteSize(byteSize)} copied`]
  if (reused > 0) facts.push(`${reused} linked`)
  if (vanished > 0) facts.push(`${vanished} deleted in the meantime`)
  if (broken > 0) facts.push(`${broken} broken`)
  if (removed > 0) facts.push(`${removed} older removed`)
  stdout.write(`${photos} photos are in ${directory} (${facts.join(', ')})\n`)
  return broken > 0 ? 1 : 0
}

function parseKeep(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new ConfigError('--keep: expected how many backups are kept, 1 to 9999')
}

async function refuseTarget(directory: string, { dataDirectory, storage }: Config): Promise<void> {
  const isTaken = await lstat(directory).then(
    () => true,
    () => false,
  )
  if (isTaken) throw new ConfigError(`${directory} exists already; a backup needs a new directory`)
  const own = [dataDirectory, storageDirectory(storage)]
  if (own.some((one) => one !== undefined && contains(one, directory)))
    throw new ConfigError(
      'The backup must be outside the data directory and the storage: inside, it would be lost with them',
    )
}

async function openEarlier(path: string): Promise<BlobReader> {
  const directory = resolve(path)
  await readManifest(directory)
  return openBlobReader(backupPaths(directory).storage)
}

/**
 * Originals never change, so one with the same name and size is the same. It is linked, which takes no space. If it cannot
 * be linked, for example across file systems, it is copied like the others.
 */
function reuseFrom(earlier: BlobReader, { stagingDirectory }: { readonly stagingDirectory: string }) {
  return async (key: BlobKey, { byteSize }: { readonly byteSize: number }) => {
    const stat = await earlier.stat(key)
    const from = stat?.byteSize === byteSize ? await earlier.localPath?.(key) : undefined
    if (from === undefined) return undefined
    const path = join(stagingDirectory, randomBytes(16).toString('hex'))
    return link(from, path).then(
      () => fileSource(path),
      () => undefined,
    )
  }
}
