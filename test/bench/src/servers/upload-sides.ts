import { formFrame } from '../make-bodies.ts'
import { type StartServer, startFastapi, startNginx, startPeer, startTintype } from './contestants.ts'
import type { LeftOut } from './find-left-out.ts'
import { tintypeConfigurations } from './tintype-configurations.ts'

export { relaxed, tintype } from './tintype-configurations.ts'

/** A server that accepts uploads, and in which form. */
export interface UploadSide {
  readonly name: string
  readonly start: StartServer
  /** The kind of body it accepts. */
  readonly kind: 'form' | 'raw'
  /** The head of a request for a body of so many bytes. */
  head(byteSize: number): string
  readonly status: number
  readonly leavesOut: string
  /** Whether it is Tintype, in whatever configuration. */
  readonly isTintype: boolean
}

export const expressMulter = 'Express + multer'
export const bareBusboy = 'node:http + busboy'
export const fastapiName = 'FastAPI (Debian 12)'
/** The generator against a server that throws everything away: what it can generate at most. */
export const ceiling = 'discards (generator’s ceiling)'

const nothingElse = 'hash, validation, sync, row, thumbnail'

/** A server that accepts a form with one file. */
export function formSide(name: string, start: StartServer, path = '/'): UploadSide {
  return {
    name,
    start,
    kind: 'form',
    head: (byteSize: number) =>
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${formFrame().contentType}\r\nContent-Length: ${byteSize}\r\n\r\n`,
    status: 201,
    leavesOut: nothingElse,
    isTintype: false,
  }
}

/** Every server that uploads are measured with, but for those that are left out. */
export function uploadSides(leftOut: LeftOut): UploadSide[] {
  const put = (name: string, start: StartServer) => ({
    name,
    start,
    kind: 'raw' as const,
    head: (byteSize: number) =>
      `PUT /{n}.jpg HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\nContent-Length: ${byteSize}\r\n\r\n`,
    status: 201,
    leavesOut: `forms, ${nothingElse}`,
    isTintype: false,
  })
  const sides: UploadSide[] = [
    ...tintypeConfigurations.map(({ name, env, leavesOut }) => ({
      ...formSide(name, startTintype(env), '/photos'),
      leavesOut,
      isTintype: true,
    })),
    formSide(expressMulter, startPeer('express-multer')),
    formSide(bareBusboy, startPeer('bare-busboy')),
    formSide('@fastify/multipart', startPeer('fastify-multipart')),
    formSide('koa-body (formidable)', startPeer('koa-body')),
    {
      ...put('@tus/server', startPeer('tus')),
      head: (byteSize) =>
        `POST /files HTTP/1.1\r\nHost: localhost\r\nTus-Resumable: 1.0.0\r\nUpload-Length: ${byteSize}\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: ${byteSize}\r\n\r\n`,
      leavesOut: 'forms, hash, validation, sync, row (a JSON file instead), thumbnail',
    },
    put('node:http PUT', startPeer('bare-put')),
    put('nginx PUT', startNginx),
    formSide(fastapiName, startFastapi),
    {
      ...put(ceiling, startPeer('discard')),
      status: 200,
      leavesOut: 'everything',
    },
  ]
  return sides.filter(({ name }) => !leftOut.has(name))
}
