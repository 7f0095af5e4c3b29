import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A reverse proxy with the few lines that its manual begins with. */
export type PlainProxy = 'nginx' | 'HAProxy' | 'Apache httpd'

interface Place {
  /** Address and port that the proxy listens on. */
  readonly address: string
  /** Host and port of Tintype. */
  readonly target: string
  /** For what the proxy writes. */
  readonly directory: string
  /** A block of nginx's configuration, instead of the one that passes everything on. */
  readonly location?: string | undefined
}

interface Program {
  readonly command: string
  /** Arguments after which the name of the configuration file comes. */
  readonly args: readonly string[]
  readonly configure: (place: Place) => string
}

const isRoot = process.getuid?.() === 0

const programs: Readonly<Record<PlainProxy, Program>> = {
  nginx: {
    command: 'nginx',
    args: ['-e', 'stderr', '-c'],
    configure: ({
      address,
      target,
      directory,
      location = 'location / { proxy_pass http://127.0.0.1:3000; }',
    }) => {
      const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      const temporary = kinds.map((kind) => `${kind}_temp_path ${directory}/${kind};`).join(' ')
      return `daemon off; worker_processes 1; pid ${directory}/pid; ${isRoot ? 'user root;' : ''}
error_log stderr notice;
events {}
http {
  access_log off; ${temporary}
  server {
    listen ${address};
    client_max_body_size 0;
    ${location.replace('127.0.0.1:3000', target)}
  }
}
`
    },
  },
  HAProxy: {
    command: 'haproxy',
    args: ['-W', '-db', '-f'],
    configure: ({ address, target }) => `defaults
  mode http
  timeout connect 10s
  timeout client 60s
  timeout server 60s
listen tintype
  bind ${address}
  server tintype ${target}
`,
  },
  'Apache httpd': {
    command: 'apache2',
    args: ['-DFOREGROUND', '-f'],
    configure: ({ address, target, directory }) => `${['mpm_event', 'proxy', 'proxy_http', 'authz_core']
      .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
      .join('\n')}
${isRoot ? 'User nobody\nGroup nogroup' : ''}
ServerName localhost
ServerRoot ${directory}
DefaultRuntimeDir ${directory}
PidFile ${directory}/pid
ErrorLog "|/bin/cat"
LogLevel notice
Listen ${address}
ProxyPass / http://${target}/
`,
  },
}

/** What each prints when it listens. */
const listening = /start worker process|Loading success|resuming normal operations/

/**
 * Starts a reverse proxy in front of Tintype, without anything from our documents in its configuration.
 *
 * @param location as `Place.location`; the path of the server's URL is then part of it
 * @returns its URL; disposing it ends the proxy
 */
export async function startPlainProxy(
  proxy: PlainProxy,
  tintypeUrl: string,
  location?: string,
): Promise<{ url: string } & AsyncDisposable> {
  await using opening = new AsyncDisposableStack()
  const { path: directory } = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-proxy-')))
  const address = await ownAddress()
  const { command, args, configure } = programs[proxy]
  const { host, pathname } = new URL(tintypeUrl)
  const file = join(directory, 'proxy.conf')
  await writeFile(file, configure({ address, target: host, directory, location }))
  const child = spawn(command, [...args, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: `${process.env.PATH}:/usr/sbin` },
  })
  const exited = once(child, 'close')
  opening.defer(async () => {
    child.kill('SIGTERM')
    await exited
  })
  await new Promise<void>((resolve, reject) => {
    const printed: string[] = []
    child.once('error', reject)
    for (const output of [child.stdout, child.stderr])
      createInterface(output).on('line', (line) => {
        printed.push(line)
        if (listening.test(line)) resolve()
      })
    child.once('close', () => reject(new Error(`${proxy} ended before it listened: ${printed.join('\n')}`)))
  })
  const owned = opening.move()
  return {
    url: `http://${address}${pathname.replace(/\/$/, '')}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/**
 * A free port of a loopback address that only this process uses, because not every proxy can inherit a socket: no other process
 * can get the port before the proxy has it.
 */
async function ownAddress(): Promise<string> {
  const { pid } = process
  const address = `127.${64 + ((pid >> 16) & 63)}.${(pid >> 8) & 255}.${pid & 255}`
  await using listener = createServer().listen(0, address)
  await once(listener, 'listening')
  return `${address}:${(listener.address() as AddressInfo).port}`
}
