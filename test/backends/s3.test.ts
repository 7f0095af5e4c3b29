import { randomUUID } from 'node:crypto'
import { openS3BlobStore } from '@tintype/storage/drivers/s3'
import { describeBlobStore } from '@tintype/storage/testing'
import { afterAll, beforeAll, describe, vi } from 'vitest'
import { hasS3, type S3Engine, startS3 } from '../support/start-s3.ts'

describe.skipIf(!hasS3)('a real S3 engine', () => {
  let engine: S3Engine
  beforeAll(async () => {
    engine = await startS3()
    for (const [name, value] of Object.entries(engine.credentials)) vi.stubEnv(name, value)
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await engine?.[Symbol.asyncDispose]()
  })

  describeBlobStore('the S3 driver', {
    async open() {
      const { endpoint, bucket } = engine
      const store = await openS3BlobStore({ bucket, endpoint, prefix: `${randomUUID()}/`, isPathStyle: true })
      return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
    },
    abilities: { localPath: false },
  })
})
