import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatClaim, parseClaim, type StoreClaim } from '../../store-claim.ts'
import type { BlobRoot } from './blob-tree.ts'
import { type Disk, putFile } from './put-file.ts'
import { unlessAbsent } from './regular-file.ts'

/** The name of the claim in a store's root. It cannot be a key. */
export const claimName = '.library.json'

/** The claim of a store on a disk. Errors are native ones or a `TintypeError`. */
export async function readClaim(root: BlobRoot): Promise<StoreClaim | undefined> {
  const bytes = await unlessAbsent(readFile(join(root.root, claimName)))
  if (bytes !== undefined) return parseClaim(bytes)
  await root.confirmAbsence()
  return undefined
}

/** Writes the claim if there is none, and returns the one that there is. */
export async function claimDisk(disk: Disk, claim: StoreClaim): Promise<StoreClaim> {
  const path = join(disk.tree.root, claimName)
  const options = { contentType: 'application/json', ifExists: 'fail' } as const
  await putFile(disk, { path, source: formatClaim(claim), ...options })
  return (await readClaim(disk.tree)) ?? claim
}
