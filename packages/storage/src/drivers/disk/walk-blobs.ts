import type { Dirent } from 'node:fs'
import { opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { type BlobKey, parseBlobKey } from '../../blob-key.ts'
import type { BlobStat } from '../../blob-store.ts'
import { claimName } from './claim-file.ts'
import { isRealPath, statRegularFile, toBlobStat, unlessAbsent } from './regular-file.ts'

/** The name of a probe's file in a store's root and in its directories. It cannot be a key. */
export const probeName = '.probe'

/**
 * Every blob below `root` whose key starts with `prefix`. Reads only directories that can have one, one at a time for each
 * level. Skips files whose name is no key, and everything that is no regular file.
 */
export async function* walkBlobs(root: string, prefix: string): AsyncGenerator<BlobStat> {
  const parent = prefix.slice(0, Math.max(prefix.lastIndexOf('/'), 0))
  if (parent !== '' && asKey(parent) === undefined) return
  if (!(await isRealPath(join(root, parent)))) return
  const isWanted = (key: string) => key.startsWith(prefix) || prefix.startsWith(`${key}/`)
  for await (const { key, entry } of walk(root, { parent, isWanted })) {
    if (key === undefined || !entry.isFile()) continue
    const stats = await statRegularFile(join(root, key))
    if (stats) yield { ...toBlobStat(key, stats), usedAtMs: stats.atimeMs, keyedAtMs: stats.ctimeMs }
  }
}

/** Names in a store's root that are not foreign: the claim, and the directory that mkfs creates on a new disk. */
const expectedNames: readonly string[] = [claimName, 'lost+found']

/** The name, relative to `root`, of every entry that is no blob and no directory of blobs. */
export async function* walkForeign(root: string): AsyncGenerator<string> {
  for await (const { key, name, entry } of walk(root, { parent: '', isWanted: () => true }))
    if (key === undefined || !entry.isFile()) {
      const isExpected = expectedNames.includes(name) || entry.name === probeName
      if (!isExpected) yield name
    }
}

interface WalkOptions {
  readonly parent: string
  readonly isWanted: (key: string) => boolean
}

/** Every wanted entry that is no directory of blobs, with its key if its name can be one. */
async function* walk(
  root: string,
  { parent, isWanted }: WalkOptions,
): AsyncGenerator<{ readonly key: BlobKey | undefined; readonly name: string; readonly entry: Dirent }> {
  const directory = await unlessAbsent(opendir(join(root, parent), { bufferSize: 256 }))
  if (directory === undefined) return
  for await (const entry of directory) {
    const name = parent === '' ? entry.name : `${parent}/${entry.name}`
    if (!isWanted(name)) continue
    const key = asKey(name)
    if (key !== undefined && entry.isDirectory()) yield* walk(root, { parent: key, isWanted })
    else yield { key, name, entry }
  }
}

/** Whether a name can be that of a directory of blobs. */
export function isKey(name: string): boolean {
  return asKey(name) !== undefined
}

function asKey(text: string): BlobKey | undefined {
  try {
    return parseBlobKey(text)
  } catch {
    return undefined
  }
}
