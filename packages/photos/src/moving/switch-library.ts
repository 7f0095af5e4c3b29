import { movedTables } from '@tintype/catalog'
import { TintypeError } from '@tintype/contract'
import { copyChanges } from './copy-tables.ts'
import type { Move } from './move.ts'

/** How a library is switched. */
export interface SwitchOptions {
  /** The target, for people; the source says it from now on. */
  readonly targetName: string
  /** Renditions that were left out because they are broken at the source. */
  readonly leftOut: () => number
}

/**
 * Ends a move: refuses writes at the source, copies the last changes, compares the numbers of rows, and makes the target the
 * library's place. If it fails before that, the source accepts writes again.
 *
 * @returns milliseconds during which writes were refused at the source
 */
export async function switchLibrary(move: Move, options: SwitchOptions): Promise<number> {
  const { source, target } = move
  const startedAtMs = performance.now()
  await source.fence()
  try {
    let count: number
    do count = await copyChanges(move)
    while (count > 0)
    await compareCounts(move, options)
    for (const table of movedTables.filter(({ isNumbered }) => isNumbered))
      await target.raiseLastNumber(table, await source.readLastNumber(table))
  } catch (error) {
    await source.changeMove({ state: 'live' })
    throw error
  }
  await source.changeMove({ state: 'moved', peer: options.targetName })
  await target.changeMove({ state: 'live', peer: null, isSwitchWanted: false })
  return performance.now() - startedAtMs
}

async function compareCounts({ source, target }: Move, { leftOut }: SwitchOptions): Promise<void> {
  for (const table of movedTables) {
    const [expected, found] = [await source.countRows(table), await target.countRows(table)]
    const missing = expected - found
    if (missing === 0 || (table.name === 'renditions' && missing > 0 && missing <= leftOut())) continue
    throw new TintypeError(
      'INTERNAL',
      `The table ${table.name} has ${found} rows at the target and ${expected} at the source. Nothing was switched; run the same command again`,
    )
  }
}
