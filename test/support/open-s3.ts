import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { type BlobKey, type BlobStore, fileSource, parseBlobKey } from '@tintype/storage'
import { openS3BlobStore } from '@tintype/storage/drivers/s3'
import { afterAll, beforeAll, vi } from 'vitest'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { type S3Engine, startS3 } from './start-s3.ts'

/** A store behind a proxy that can disturb it, each with a prefix of its own. */
export interface DisturbedStore extends AsyncDisposable {
  readonly store: BlobStore
  readonly proxy: FaultProxy
  readonly prefix: string
  /** Writes a file that can be put. */
  stage(bytes: Uint8Array): Promise<ReturnType<typeof fileSource>>
}

/** Starts one engine for a file of tests, and gives this process its credentials. */
export function useS3(): { readonly engine: () => S3Engine; readonly open: () => Promise<DisturbedStore> } {
  let engine: S3Engine | undefined
  beforeAll(async () => {
    engine = await startS3()
    for (const [name, value] of Object.entries(engine.credentials)) vi.stubEnv(name, value)
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await engine?.[Symbol.asyncDispose]()
  })
  function running(): S3Engine {
    if (engine) return engine
    throw new Error('the engine is not started yet')
  }
  return { engine: running, open: () => openDisturbed(running()) }
}

async function openDisturbed(engine: S3Engine): Promise<DisturbedStore> {
  await using opening = new AsyncDisposableStack()
  const files = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-s3-files-')))
  const proxy = opening.use(await startFaultProxy(engine.endpoint))
  const prefix = `${randomUUID()}/`
  const location = { bucket: engine.bucket, endpoint: proxy.url, prefix, isPathStyle: true }
  const store = opening.use(await openS3BlobStore(location))
  const owned = opening.move()
  return {
    store,
    proxy,
    prefix,
    async stage(bytes) {
      const path = join(files.path, randomUUID())
      await writeFile(path, bytes)
      return fileSource(path)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** A new key of an original. */
export function newKey(): BlobKey {
  const id = randomUUID()
  return parseBlobKey(`originals/${id.slice(0, 7)}/${id}.jpg`)
}

/** Bytes that no other test has. */
export const makeBytes = (byteSize: number) => randomBytes(byteSize)

/** All bytes of a blob; `undefined` if there is none. */
export async function readBlob(store: BlobStore, key: BlobKey): Promise<Buffer | undefined> {
  const blob = await store.open(key)
  return blob && buffer(blob.body)
}

/** Keys of the blobs below a prefix. */
export async function keysOf(store: BlobStore, prefix: string): Promise<BlobKey[]> {
  const keys: BlobKey[] = []
  for await (const { key } of store.list(prefix)) keys.push(key)
  return keys
}

/** An error answer as S3 engines write it. */
export function s3Error(code: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>as the test wants</Message></Error>`
}
