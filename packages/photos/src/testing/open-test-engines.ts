import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMemoryCatalog } from '@tintype/catalog/drivers/memory'
import type { PhotoFormat } from '@tintype/contract'
import { listStaged, openStaging } from '@tintype/storage'
import { openMemoryBlobStore } from '@tintype/storage/drivers/memory'
import type { UploadLimits } from '../limits.ts'
import type { Log } from '../log.ts'

/** A log that keeps its lines. */
export interface RecordedLog extends Log {
  readonly lines: readonly { readonly level: string; readonly facts: object }[]
}

/** Limits above every small test image. */
export const testLimits: UploadLimits = {
  maxUploadByteSize: 10 * 1024 * 1024,
  allowedFormats: ['jpeg', 'png', 'webp', 'gif', 'avif'] satisfies PhotoFormat[],
  maxPixels: 10_000_000,
  maxAvifPixels: 5_000_000,
  maxSide: 10_000,
  maxFrames: 100,
}

/** Empty engines of one test: memory drivers, and staging that keeps 64 KiB of an upload in memory. */
export async function openTestEngines() {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-test-')))
  const directory = join(home.path, 'staging')
  const memory = { memoryByteSize: 64 * 1024, memoryBudgetByteSize: 1024 * 1024 }
  const staging = opening.use(await openStaging({ directory, ...memory }))
  const blobs = opening.use(await openMemoryBlobStore())
  const catalog = opening.use(await openMemoryCatalog())
  const owned = opening.move()
  return {
    staging,
    blobs,
    catalog,
    log: recordLog(),
    /** Files of uploads that are under way. */
    async stagedFiles() {
      const paths: string[] = []
      for await (const { path } of listStaged(directory)) paths.push(path)
      return paths
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Collects all keys of a listing. */
export async function keysOf(blobs: {
  list(prefix: string): AsyncIterable<{ key: string }>
}): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of blobs.list('')) keys.push(key)
  return keys.sort()
}

function recordLog(): RecordedLog {
  const lines: { level: string; facts: object }[] = []
  const at = (level: string) => (facts: object) => void lines.push({ level, facts })
  return { lines, info: at('info'), warn: at('warn'), error: at('error') }
}
