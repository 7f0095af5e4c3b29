import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startTintype } from './contestants.ts'

/** Tintype with settings, and what they leave out. */
export interface TintypeConfiguration {
  readonly name: string
  readonly env: Readonly<Record<string, string>>
  readonly leavesOut: string
}

/** The defaults: every check and every promise. */
export const tintype = 'Tintype'
export const relaxed = 'Tintype, relaxed'
export const headerOnly = 'Tintype, header only'
export const headerOnlyRelaxed = 'Tintype, header only, relaxed'

const noSync = 'sync of file, directory and row'
const noDecode = 'decode before the answer'
const durability = { TINTYPE_DURABILITY: 'relaxed' }
const inspection = { TINTYPE_INSPECTION: 'header' }

/** Every check or promise that can be given up for speed, one at a time and together. */
export const tintypeConfigurations: readonly TintypeConfiguration[] = [
  { name: tintype, env: {}, leavesOut: '–' },
  { name: relaxed, env: durability, leavesOut: noSync },
  { name: headerOnly, env: inspection, leavesOut: noDecode },
  {
    name: headerOnlyRelaxed,
    env: { ...inspection, ...durability },
    leavesOut: `${noDecode}, ${noSync}`,
  },
]

/** Ladders made after the answer instead of on request. */
export const eagerLadder: TintypeConfiguration = {
  name: 'Tintype, ladder ahead',
  env: { TINTYPE_EAGER_RENDITIONS: 'ladder' },
  leavesOut: '–',
}

/**
 * Why Tintype does not start with a configuration; `undefined` if it does.
 *
 * @throws if it does not start for another reason than a setting that it does not have
 */
export async function refusalOf(
  { name, env }: TintypeConfiguration,
  directory: string,
): Promise<string | undefined> {
  const own = join(directory, `probe-${name.replaceAll(/\W+/g, '-')}`)
  try {
    await using _ = await startTintype(env)(own)
    return undefined
  } catch (error) {
    const reason = /TINTYPE_\w+: unknown name/.exec(String(error))?.[0]
    if (reason === undefined) throw error
    return reason
  } finally {
    await rm(own, { recursive: true, force: true })
  }
}
