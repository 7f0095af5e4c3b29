import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repository, type Tintype } from './start-node.ts'

/**
 * nginx with a documented configuration, on its own socket and in its own directories. For a server below a path it is changed
 * as docs/operations.md says.
 *
 * @param options.s3Endpoint of the engine, for a configuration that has one
 * @param options.other the second node, for a configuration that has two
 * @param options.alternates whether each request is sent to the other node than the one before, those of operators too
 */
export async function startNginx(
  tintype: Tintype,
  configuration: 'docs/nginx.conf' | 'docs/nginx-private.conf' | 'docs/nginx-s3.conf' | 'deploy/nginx.conf',
  {
    s3Endpoint,
    other,
    alternates = false,
  }: { readonly s3Endpoint?: string; readonly other?: Tintype; readonly alternates?: boolean } = {},
): Promise<{ url: string } & AsyncDisposable> {
  await using opening = new AsyncDisposableStack()
  const { path: directory } = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-nginx-')))
  // Opened here and inherited by nginx: no other process can get the port, and an early request waits for nginx.
  await using listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const { host, pathname } = new URL(tintype.url)
  const basePath = pathname.replace(/\/$/, '')
  const server = (await readFile(join(repository, configuration), 'utf8'))
    .replaceAll(/(?<=location (?:~\*? "?\^)?)\/(?=media\/|\(metrics\|readyz\)| \{)/g, `${basePath}/`)
    .replace('listen 8080', `listen 127.0.0.1:${port}`)
    .replace('127.0.0.1:3000', host)
    .replaceAll('tintype-1:3000', host)
    .replaceAll('tintype-2:3000', other === undefined ? host : new URL(other.url).host)
    .replaceAll('127.0.0.1:9000', s3Endpoint === undefined ? '127.0.0.1:9000' : new URL(s3Endpoint).host)
    .replaceAll('/var/lib/tintype/media', join(tintype.dataDirectory, 'media'))
  const used = alternates
    ? server.replace(/ {2}location ~\* \S+\(metrics[^}]*\}\n/, '').replaceAll(/ (?:hash|least_conn).*;/g, '')
    : server
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (one) => `${one}_temp_path ${directory}/${one};`,
  )
  const main = `${user} daemon off; pid ${directory}/pid; error_log ${directory}/error.log; worker_processes 1;
events {} http { access_log off; ${temporary.join(' ')}\n${used}\n}`
  await writeFile(join(directory, 'nginx.conf'), main)
  const args = ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', join(directory, 'error.log')]
  const PATH = `${process.env.PATH}:/usr/sbin`
  execFileSync('nginx', ['-t', '-q', ...args], { stdio: 'pipe', env: { PATH } })
  // nginx inherits sockets as in an upgrade on the fly: the variable NGINX has the numbers of the descriptors.
  const child = spawn('nginx', args, {
    stdio: ['ignore', 'ignore', 'ignore', descriptorOf(listener)],
    env: { PATH, NGINX: '3;' },
  })
  const exited = once(child, 'exit')
  opening.defer(async () => {
    child.kill('SIGTERM')
    await exited
  })
  const owned = opening.move()
  return { url: `http://127.0.0.1:${port}${basePath}`, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Node has no public name for it. */
function descriptorOf(listener: Server): number {
  return (listener as unknown as { readonly _handle: { readonly fd: number } })._handle.fd
}
