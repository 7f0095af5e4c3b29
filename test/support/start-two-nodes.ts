import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { engineUrls } from './engine-urls.ts'
import { startNginx } from './start-nginx.ts'
import { type LogLine, type StartOptions, startNode, type Tintype } from './start-node.ts'

/**
 * Two nodes on the same engines behind nginx, which sends each request to the other node than the one before. What belongs to one
 * process (`pid`, `dataDirectory`) is that of the first.
 */
export async function startTwoNodes(options: StartOptions): Promise<Tintype> {
  await using opening = new AsyncDisposableStack()
  const one = opening.use(await startNode(options))
  const { path } = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-node-')))
  const { storageUrl, databaseUrl } = engineUrls(one.dataDirectory)
  const engines = { TINTYPE_STORAGE_URL: storageUrl, TINTYPE_DATABASE_URL: databaseUrl }
  const other = opening.use(
    await startNode({ ...options, dataDirectory: path, env: { ...engines, ...options.env } }),
  )
  const nginx = opening.use(await startNginx(one, 'deploy/nginx.conf', { other, alternates: true }))
  const nodes = [one, other]
  const owned = opening.move()
  return {
    url: nginx.url,
    pid: one.pid,
    dataDirectory: one.dataDirectory,
    get log() {
      return nodes.flatMap(({ log }) => log)
    },
    logged: (isWanted: (line: LogLine) => boolean) =>
      Promise.race(nodes.map((node) => node.logged(isWanted))),
    async stop(signal) {
      const [code = null] = await Promise.all(nodes.map((node) => node.stop(signal)))
      return code
    },
    staged: async () => (await Promise.all(nodes.map((node) => node.staged()))).flat(),
    blobs: one.blobs,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
