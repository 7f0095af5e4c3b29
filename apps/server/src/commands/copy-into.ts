import { type CopyResult, copyLibrary, type Finding, type LibraryReaders } from '@tintype/photos'
import type { BlobKey, BlobSource } from '@tintype/storage'
import { ConfigError } from '../config/config-error.ts'
import type { LastingStorage } from '../config/engines/storage-url.ts'
import { openBlobStore, openCatalogCopy, openStagingArea } from '../open-drivers.ts'
import type { CommandContext } from './command-context.ts'
import { formatFinding } from './format-finding.ts'
import { createProgressLine, formatByteSize } from './progress-line.ts'

/** Where a copy is made. Paths are absolute. */
export interface CopyPaths {
  /** Does not exist yet. */
  readonly catalogFile: string
  readonly storage: LastingStorage
  readonly stagingDirectory: string
}

/** How a copy is made. */
export interface CopyIntoOptions {
  readonly signal: AbortSignal
  readonly stderr: CommandContext['stderr']
  readonly reuse?:
    | ((key: BlobKey, expected: { readonly byteSize: number }) => Promise<BlobSource | undefined>)
    | undefined
}

/**
 * Copies catalog and bytes, and writes progress and broken photos to standard error. If it fails, the caller removes what
 * was copied.
 *
 * @throws errors of the drivers, and the signal's reason
 */
export async function copyInto(
  source: LibraryReaders,
  { catalogFile, storage, stagingDirectory }: CopyPaths,
  { signal, stderr, reuse }: CopyIntoOptions,
): Promise<CopyResult> {
  await using opening = new AsyncDisposableStack()
  const line = opening.use(createProgressLine(stderr))
  const staging = opening.use(await openStagingArea({ directory: stagingDirectory }))
  const blobs = opening.use(await openBlobStore({ storage, durability: 'full' }, stagingDirectory))
  if (!source.catalog.backUpTo) throw new ConfigError('This catalog cannot be copied while it is in use')
  await source.catalog.backUpTo(catalogFile)
  const catalog = opening.use(await openCatalogCopy({ file: catalogFile }))
  return await copyLibrary(
    source,
    { catalog, blobs, staging },
    {
      signal,
      reuse,
      onProgress: ({ done, total, byteSize }) =>
        line.show(() => `Copying: ${done} of ${total} photos, ${formatByteSize(byteSize)}`),
      onBroken: (finding: Finding) => {
        line.clear()
        stderr.write(`${formatFinding(finding)}; not copied\n`)
      },
    },
  )
}
