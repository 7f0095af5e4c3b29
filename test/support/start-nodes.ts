import { randomUUID } from 'node:crypto'
import { type RunningPostgres, startPostgres } from '@tintype/catalog/testing'
import { startNginx } from './start-nginx.ts'
import { type S3Engine, startS3 } from './start-s3.ts'
import { startTintype, type Tintype } from './start-tintype.ts'

/** PostgreSQL and an S3 engine, for servers that share them. */
export interface Engines extends AsyncDisposable {
  readonly postgres: RunningPostgres
  readonly s3: S3Engine
}

/** Servers of one library behind nginx. */
export interface Nodes extends AsyncDisposable {
  readonly one: Tintype
  readonly other: Tintype
  /** Of nginx. */
  readonly url: string
  /** The environment of every server of the library. */
  readonly env: Readonly<Record<string, string>>
}

/** Starts both engines. */
export async function startEngines(): Promise<Engines> {
  await using opening = new AsyncDisposableStack()
  const postgres = opening.use(await startPostgres())
  const s3 = opening.use(await startS3())
  const owned = opening.move()
  return { postgres, s3, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Starts two servers of a new library, and nginx in front of them. */
export async function startNodes(
  { postgres, s3 }: Engines,
  more: Readonly<Record<string, string>> = {},
): Promise<Nodes> {
  await using opening = new AsyncDisposableStack()
  const env = {
    TINTYPE_DATABASE_URL: await postgres.createDatabase(),
    TINTYPE_STORAGE_URL: `s3://${s3.bucket}/${randomUUID()}/?endpoint=${s3.endpoint}`,
    ...s3.credentials,
    ...more,
  }
  const [one, other] = await Promise.all([startTintype({ env }), startTintype({ env })])
  opening.use(one)
  opening.use(other)
  const { url } = opening.use(await startNginx(one, 'deploy/nginx.conf', { other }))
  const owned = opening.move()
  return { one, other, url, env, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
