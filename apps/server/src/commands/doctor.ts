import { rm } from 'node:fs/promises'
import {
  type CheckProgress,
  checkLibrary,
  createQuarantine,
  type Finding,
  orphanAgeMs,
  type Repair,
  repairFinding,
} from '@tintype/photos'
import { parseConfig } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { writeAndDrain } from '../observability/write-and-drain.ts'
import { openQuarantineStore } from '../open-drivers.ts'
import { abortOnSignals, type CommandContext } from './command-context.ts'
import { formatFinding, toFindingJson } from './format-finding.ts'
import { type LibraryPaths, type OpenLibrary, openLibrary, ownLibrary, pathsOf } from './open-library.ts'
import { createProgressLine, formatByteSize } from './progress-line.ts'
import { readArguments } from './read-arguments.ts'
import { refuseAbsentMedia } from './refuse-absent-media.ts'

const switches = [
  'repair',
  'delete-broken-photos',
  'delete-orphaned-originals',
  'accept-missing-originals',
  'bytes',
  'json',
] as const

/** What was checked, what was found, and what is not repaired. */
interface Tally {
  readonly photos: number
  /** Bytes read and compared. */
  readonly byteSize: number
  readonly found: number
  readonly left: number
}

/**
 * `tintype doctor`: compares catalog and files. Findings go to standard output, progress to standard error.
 *
 * @returns 0 if nothing is wrong or everything is repaired, otherwise 1
 */
export async function doctor({ env, args, stdout, stderr, signals }: CommandContext): Promise<number> {
  const { switches: choices, settings } = readArguments(args, { switches })
  const deletesBroken = choices['delete-broken-photos']
  const deletesOrphans = choices['delete-orphaned-originals']
  const acceptsMissing = choices['accept-missing-originals']
  if ((deletesBroken || deletesOrphans || acceptsMissing) && !choices.repair)
    throw new ConfigError(
      '--delete-broken-photos, --delete-orphaned-originals and --accept-missing-originals go with --repair',
    )
  const paths = pathsOf(parseConfig(env, settings))
  const signal = abortOnSignals(signals)
  const say = (facts: object, text: string) =>
    writeAndDrain(stdout, choices.json ? `${JSON.stringify(facts)}\n` : `${text}\n`, signal)
  const report = (finding: Finding, repair: Repair) => {
    const text = repair === 'left' ? '' : `; ${repair}`
    return say({ ...toFindingJson(finding), repair }, `${formatFinding(finding)}${text}`)
  }
  const run = choices.repair ? repairLibrary : inspectLibrary
  // Over the network, reading everything takes days for a large library, and each byte may cost.
  const readsBytes = choices.bytes || paths.storage.kind === 'disk'
  const examination = { signal, report, stderr, readsBytes }
  const tally = await run(paths, { ...examination, deletesBroken, deletesOrphans, acceptsMissing })
  await say({ subject: 'summary', ...tally }, summarize(tally, { readsBytes }))
  return tally.left === 0 ? 0 : 1
}

/** What a repair may do that cannot be undone. */
interface RepairChoices {
  readonly deletesBroken: boolean
  readonly deletesOrphans: boolean
  /** Whether it continues if so many originals are missing that their disk may not be mounted. */
  readonly acceptsMissing: boolean
}

/** How a check reports and ends. */
export interface Examination {
  readonly signal: AbortSignal
  /** Resolves when the next finding may be reported. */
  readonly report: (finding: Finding, repair: Repair) => Promise<void>
  readonly stderr: CommandContext['stderr']
  /** Whether every byte is read; otherwise sizes are compared. @default true */
  readonly readsBytes?: boolean | undefined
}

/** Checks a library and reports its findings; changes nothing. */
export async function inspectLibrary(paths: LibraryPaths, examination: Examination): Promise<Tally> {
  await using library = await openLibrary(paths)
  return await examine(library, { ...examination, repair: async () => 'left' })
}

async function repairLibrary(
  paths: LibraryPaths,
  { deletesBroken, deletesOrphans, acceptsMissing, ...examination }: Examination & RepairChoices,
): Promise<Tally> {
  await using library = await ownLibrary(paths)
  const { blobs, catalog, staging } = library
  const openStore = () => openQuarantineStore(paths)
  const quarantine = deletesBroken ? createQuarantine({ blobs, staging, openStore }) : undefined
  const removeLeftover = (path: string) => rm(path, { force: true })
  const tools = { blobs, catalog, removeLeftover, removesOrphanedOriginals: deletesOrphans, quarantine }
  let isConfirmed = acceptsMissing
  async function repair(finding: Finding): Promise<Repair> {
    // Checked at the first finding, so that a sound library does not pay for it.
    if (!isConfirmed && finding.subject !== 'catalog') {
      await refuseAbsentMedia(library, { ...paths, ...examination })
      isConfirmed = true
    }
    return await repairFinding(finding, tools)
  }
  return await examine(library, { ...examination, repair })
}

async function examine(
  library: OpenLibrary,
  {
    signal,
    report,
    stderr,
    readsBytes,
    repair,
  }: Examination & { readonly repair: (finding: Finding) => Promise<Repair> },
): Promise<Tally> {
  using line = createProgressLine(stderr)
  const before = new Date(Date.now() - orphanAgeMs)
  let photos = 0
  let byteSize = 0
  const onProgress = (progress: CheckProgress) => {
    if (progress.stage === 'photos') photos = progress.done
    byteSize = progress.byteSize
    line.show(() => describeProgress(progress))
  }
  let found = 0
  let left = 0
  for await (const finding of checkLibrary(library, { before, signal, onProgress, readsBytes })) {
    const repaired = await repair(finding)
    found += 1
    if (repaired === 'left') left += 1
    line.clear()
    await report(finding, repaired)
    signal.throwIfAborted()
  }
  return { photos, byteSize, found, left }
}

function describeProgress({ stage, done, total, byteSize }: CheckProgress): string {
  if (stage === 'catalog') return 'Checking the catalog'
  if (stage === 'files') return `Looking for files without a row: ${done} files`
  const percent = total ? ` (${Math.min(Math.floor((done / total) * 100), 100)} %)` : ''
  return `Comparing: ${done} of ${total} photos${percent}, ${formatByteSize(byteSize)}`
}

/** The tally in one line. */
export function summarize(
  { photos, byteSize, found, left }: Tally,
  { readsBytes = true }: Pick<Examination, 'readsBytes'> = {},
): string {
  const findings = found === 1 ? '1 finding' : `${found} findings`
  const repaired = left === found ? '' : `, ${found - left} repaired`
  const compared = readsBytes ? formatByteSize(byteSize) : 'only sizes'
  return `${photos} photos, ${compared} compared: ${found === 0 ? 'nothing is wrong' : findings}${repaired}`
}
