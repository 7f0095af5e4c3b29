import { randomUUID } from 'node:crypto'
import { type RunningPostgres, startPostgres } from '@tintype/catalog/testing'
import { type SlowLink, startSlowLink } from '../support/slow-link.ts'
import { startNginx } from '../support/start-nginx.ts'
import { startNode, type Tintype } from '../support/start-node.ts'
import { type S3Engine, startS3 } from '../support/start-s3.ts'

/** Two servers behind nginx, and the engines that they share. Each engine is reached over a link of its own. */
export interface Cluster extends AsyncDisposable {
  /** Of nginx. */
  readonly url: string
  /** Of the servers that run now. */
  readonly nodeUrls: readonly string[]
  readonly postgres: RunningPostgres
  readonly postgresLink: SlowLink
  readonly s3: S3Engine
  readonly s3Link: SlowLink
  /** Names of the objects in the bucket that belong to photos. */
  blobs(): Promise<string[]>
  /** Kills one of the two servers with SIGKILL. Resolves when it is dead. */
  killNode(index: number): Promise<void>
  /** Starts a server in place of one that was killed, on its port; resolves when it listens. */
  restartNode(index: number): Promise<void>
}

/** Starts all of it on loopback addresses, with an empty library. */
export async function startCluster(): Promise<Cluster> {
  await using opening = new AsyncDisposableStack()
  const [postgres, s3] = await Promise.all([startPostgres(), startS3()])
  opening.use(postgres)
  opening.use(s3)
  // Also for this process, which lists the bucket.
  Object.assign(process.env, s3.credentials)
  const databaseUrl = new URL(await postgres.createDatabase())
  const postgresLink = opening.use(await startSlowLink(Number(databaseUrl.port)))
  const s3Link = opening.use(await startSlowLink(Number(new URL(s3.endpoint).port)))
  const storageUrl = `s3://${s3.bucket}/${randomUUID()}?endpoint=http://127.0.0.1:${s3Link.port}`
  databaseUrl.port = String(postgresLink.port)
  const env = {
    TINTYPE_DATABASE_URL: databaseUrl.href,
    TINTYPE_STORAGE_URL: storageUrl,
    ...s3.credentials,
  }
  const nodes = await Promise.all([startNode({ env }), startNode({ env })])
  // Ended together: a server that another one waits for would delay the end.
  opening.defer(async () => void (await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()))))
  const [one, other] = nodes as [Tintype, Tintype]
  const nginx = opening.use(await startNginx(one, 'deploy/nginx.conf', { other }))
  const owned = opening.move()
  return {
    url: nginx.url,
    get nodeUrls() {
      return nodes.map(({ url }) => url)
    },
    ...{ postgres, postgresLink, s3, s3Link },
    blobs: () => one.blobs(),
    async killNode(index) {
      await nodes[index]?.stop('SIGKILL')
    },
    async restartNode(index) {
      const dead = nodes[index] as Tintype
      await dead[Symbol.asyncDispose]()
      nodes[index] = await startNode({ env: { ...env, TINTYPE_PORT: new URL(dead.url).port } })
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
