import { isFastapiHere, isNginxHere } from './contestants.ts'
import { eagerLadder, refusalOf, tintypeConfigurations } from './tintype-configurations.ts'
import { fastapiName } from './upload-sides.ts'

/** Sides that are left out, with the reason: not installed, or a setting that this Tintype does not have. */
export type LeftOut = ReadonlyMap<string, string>

/** Looks for what is installed, and tries every configuration of Tintype. */
export async function findLeftOut(directory: string): Promise<LeftOut> {
  const leftOut = new Map<string, string>()
  const install = 'not installed; scripts/install-backends.sh does it'
  if (!isNginxHere) for (const name of ['nginx', 'nginx PUT']) leftOut.set(name, install)
  if (!isFastapiHere) leftOut.set(fastapiName, install)
  for (const configuration of [...tintypeConfigurations, eagerLadder]) {
    const refusal = await refusalOf(configuration, directory)
    if (refusal !== undefined) leftOut.set(configuration.name, refusal)
  }
  return leftOut
}
