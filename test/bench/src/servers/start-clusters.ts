import { join } from 'node:path'
import { startNginxBeforeNodes, startTintype } from './contestants.ts'
import { cpuOfTree } from './process-cpu.ts'
import type { RunningServer } from './spawn-server.ts'
import { startEngines } from './start-engines.ts'

/** Servers of one library, seen at one port. */
export interface Cluster {
  readonly name: string
  readonly port: number
  readonly nodes: readonly RunningServer[]
  /** Milliseconds of processor time of the servers and of nginx, without the engines. Grows from call to call. */
  cpuMs(): number
}

export const onDisk = 'Disk and SQLite, one server'
export const onEngines = 'S3 and PostgreSQL, one server'
export const behindNginx = 'S3 and PostgreSQL, one server behind nginx'
export const twoBehindNginx = 'S3 and PostgreSQL, two servers behind nginx'

/** Starts a library on each pair of engines, and one with two servers. All that it starts ends with `running`. */
export async function startClusters(directory: string, running: AsyncDisposableStack): Promise<Cluster[]> {
  const engines = running.use(await startEngines())
  const start = async (name: string, env: Readonly<Record<string, string>>) =>
    running.use(await startTintype(env)(join(directory, name)))

  const disk = await start('nodes-disk', {})
  const plain = await start('nodes-engines', engines.libraryEnv('plain'))
  const single = await start('nodes-single', engines.libraryEnv('single'))
  const shared = engines.libraryEnv('shared')
  // Each decodes on one core: together as many as one server has.
  const pair = [
    await start('nodes-first', { ...shared, TINTYPE_DECODERS: '1' }),
    await start('nodes-second', { ...shared, TINTYPE_DECODERS: '1' }),
  ]
  const [first = single, second = single] = pair
  const one = running.use(await startNginxBeforeNodes([single, single], join(directory, 'nodes-nginx-1')))
  const two = running.use(await startNginxBeforeNodes([first, second], join(directory, 'nodes-nginx-2')))

  const cluster = (name: string, front: RunningServer, nodes: readonly RunningServer[]): Cluster => {
    const pids = new Set([front, ...nodes].map(({ pid }) => pid))
    const cpuMs = () => [...pids].reduce((total, pid) => total + cpuOfTree(pid), 0)
    return { name, port: front.port, nodes, cpuMs }
  }
  return [
    cluster(onDisk, disk, [disk]),
    cluster(onEngines, plain, [plain]),
    cluster(behindNginx, one, [single]),
    cluster(twoBehindNginx, two, pair),
  ]
}
