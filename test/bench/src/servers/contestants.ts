import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { builtPeer } from './build-peer.ts'
import { type RunningServer, spawnServer } from './spawn-server.ts'

/** Starts a server in a directory of its own. */
export type StartServer = (directory: string) => Promise<RunningServer>

/** Where the repository is. */
export const repository = fileURLToPath(new URL('../../../..', import.meta.url))

/** Tintype as it is published, with the variables given. */
export function startTintype(env: Readonly<Record<string, string>> = {}): StartServer {
  const args = [join(repository, 'apps/server/dist/main.js')]
  return (directory) =>
    spawnServer(
      {
        command: process.execPath,
        args,
        env: { TINTYPE_PORT: '0', TINTYPE_DATA_DIR: directory, TINTYPE_MAX_UPLOAD_SIZE: '8gb', ...env },
      },
      { directory, firstPath: '/healthz' },
    )
}

/** One of the files of src/peers, by name, with arguments after its directory. */
export function startPeer(name: string, ...args: readonly string[]): StartServer {
  return (directory) =>
    spawnServer({ command: process.execPath, args: [builtPeer(name), directory, ...args] }, { directory })
}

/** Whether nginx is here, and whether Debian's FastAPI is, with all that its documentation installs beside it. */
export const isNginxHere = spawnSync('nginx', ['-v']).status === 0
export const isFastapiHere =
  spawnSync('/usr/bin/python3', ['-c', 'import fastapi, uvicorn, uvloop, httptools, multipart, PIL'])
    .status === 0

/** FastAPI under uvicorn, as both are started in their documentation: one process, which logs each request. */
export function startFastapi(directory: string): Promise<RunningServer> {
  return spawnServer(
    {
      command: '/usr/bin/python3',
      args: ['-m', 'uvicorn', 'fastapi_app:app', '--port', '0'],
      cwd: fileURLToPath(new URL('../peers', import.meta.url)),
      env: { BENCH_DIRECTORY: directory, PYTHONDONTWRITEBYTECODE: '1' },
    },
    { directory },
  )
}

/** nginx: `PUT` saves below `/`, `GET` reads. */
export async function startNginx(directory: string): Promise<RunningServer> {
  const port = await freePort()
  const http = `server { listen 127.0.0.1:${port}; root ${directory}; client_max_body_size 0; dav_methods PUT; }`
  return runNginx({ directory, port, http })
}

/** With a worker for each core, and without a log. */
async function runNginx({ directory, port, http }: { directory: string; port: number; http: string }) {
  const own = `${directory}.nginx`
  await mkdir(join(own, 'incoming'), { recursive: true })
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const mimeTypes = existsSync('/etc/nginx/mime.types') ? 'include /etc/nginx/mime.types;' : ''
  const file = join(own, 'nginx.conf')
  await writeFile(
    file,
    `${user} worker_processes auto; daemon off; pid ${own}/pid; error_log stderr;
events { worker_connections 2048; }
http {
  ${mimeTypes} access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  client_body_temp_path ${own}/incoming; proxy_temp_path ${own}/a; fastcgi_temp_path ${own}/b;
  uwsgi_temp_path ${own}/c; scgi_temp_path ${own}/d;
  ${http}
}`,
  )
  return spawnServer({ command: 'nginx', args: ['-c', file, '-p', own], port }, { directory })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/**
 * nginx in front of a Tintype, with the configuration that the documents give and a worker for each core. It reads the media
 * directory of `tintype`, and forwards requests for missing files to it.
 */
export async function startNginxBefore(tintype: RunningServer, directory: string): Promise<RunningServer> {
  const port = await freePort()
  const server = (await readFile(join(repository, 'docs/nginx.conf'), 'utf8'))
    .replace('listen 8080', `listen 127.0.0.1:${port}`)
    .replace('127.0.0.1:3000', `127.0.0.1:${tintype.port}`)
    .replaceAll('/var/lib/tintype/media', join(tintype.directory, 'media'))
  return runNginx({ directory, port, http: server })
}

/** nginx in front of two servers of one library, as it is deployed, with a worker for each core. */
export async function startNginxBeforeNodes(
  [one, other]: readonly [RunningServer, RunningServer],
  directory: string,
): Promise<RunningServer> {
  const port = await freePort()
  const server = (await readFile(join(repository, 'deploy/nginx.conf'), 'utf8'))
    .replace('listen 8080', `listen 127.0.0.1:${port}`)
    .replaceAll('tintype-1:3000', `127.0.0.1:${one.port}`)
    .replaceAll('tintype-2:3000', `127.0.0.1:${other.port}`)
  return runNginx({ directory, port, http: server })
}
