import { startPostgres } from '@tintype/catalog/testing'
import type { TestProject } from 'vitest/node'
import { startS3 } from './start-s3.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** More environment variables for the processes that run the tests. */
    readonly engines: Readonly<Record<string, string>>
  }
}

/**
 * Starts a real S3 engine and PostgreSQL for a project of tests. Vitest calls it once, and calls what it returns when all tests
 * have ended.
 */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  await using starting = new AsyncDisposableStack()
  const [s3, postgres] = await Promise.all([startS3(), startPostgres()])
  starting.use(s3)
  starting.use(postgres)
  provide('engines', {
    ...s3.credentials,
    TINTYPE_TEST_STORAGE_URL: `s3://${s3.bucket}/{data}?endpoint=${s3.endpoint}`,
    TINTYPE_TEST_DATABASE_URL: `${await postgres.createDatabase()}?schema={data}`,
  })
  const started = starting.move()
  return () => started.disposeAsync()
}
