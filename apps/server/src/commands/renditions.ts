import { evictRenditions } from '@tintype/photos'
import { parseConfig } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { parseByteSize, ValueRefused } from '../config/values.ts'
import { abortOnSignals, type CommandContext } from './command-context.ts'
import { ownLibrary, pathsOf } from './open-library.ts'
import { createProgressLine, formatByteSize } from './progress-line.ts'
import { readArguments } from './read-arguments.ts'

/**
 * `tintype renditions prune`: removes the renditions that were not used for longest, until a tenth of what is allowed is free. The
 * server must be stopped, unless the catalog is a PostgreSQL database.
 *
 * @returns 0
 */
export async function renditions({ env, args, stdout, stderr, signals }: CommandContext): Promise<number> {
  const { values, switches, positionals, settings } = readArguments(args, {
    valued: ['to'],
    switches: ['dry-run'],
    positionals: ['prune'],
  })
  if (positionals[0] !== 'prune')
    throw new ConfigError('Expected "renditions prune"; "tintype help" lists all commands')
  const config = parseConfig(env, settings)
  const maxByteSize = values.to === undefined ? config.renditionCache.maxByteSize : parseSize(values.to)
  if (maxByteSize === undefined)
    throw new ConfigError('Expected --to with the most bytes of all renditions, such as --to 50gb')
  const signal = abortOnSignals(signals)
  const isDryRun = switches['dry-run']
  await using library = await ownLibrary(pathsOf(config))
  using progress = createProgressLine(stderr)
  const done = await evictRenditions(library, {
    maxByteSize,
    isDryRun,
    signal,
    onProgress: ({ read, removed }) =>
      progress.show(() => `${read} renditions read, ${removed} ${isDryRun ? 'to be removed' : 'removed'}`),
  })
  progress.clear()
  const verb = isDryRun ? 'would be removed' : 'were removed'
  stdout.write(
    `${done.removed} of ${done.renditions} renditions ${verb}: ${formatByteSize(done.removedByteSize)} of ${formatByteSize(done.byteSize)}\n`,
  )
  return 0
}

function parseSize(text: string): number {
  try {
    return parseByteSize(text)
  } catch (error) {
    if (error instanceof ValueRefused) throw new ConfigError(`--to: ${error.message}`)
    throw error
  }
}
