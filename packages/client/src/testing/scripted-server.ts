import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ErrorCode, Photo } from '@tintype/contract'
import { TintypeError, toProblem } from '@tintype/contract'

/** A request that the server received; `body` grows until all of it has come. */
export interface SeenRequest {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  body: string
  isCutOff: boolean
}

/** Answers one request. Called when its headers have come; `whole` is fulfilled when its body has come. */
export type Script = (turn: {
  readonly seen: SeenRequest
  /** 1 for the first request. */
  readonly count: number
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly whole: Promise<void>
}) => void | Promise<void>

/** A real HTTP server on loopback with scripted answers. Without a port it gets a free one. */
export async function openScriptedServer(script: Script, port = 0) {
  const seen: SeenRequest[] = []
  const server = createServer((request, response) => {
    const { promise: whole, resolve } = Promise.withResolvers<void>()
    const url = new URL(request.url ?? '', 'http://server')
    const one = { method: request.method ?? '', url, headers: request.headers, body: '', isCutOff: false }
    const count = seen.push(one)
    request.setEncoding('latin1').on('data', (chunk: string) => {
      one.body += chunk
    })
    request.on('end', resolve).on('error', () => {})
    response.on('close', () => {
      one.isCutOff = !response.writableEnded
    })
    void script({ seen: one, count, request, response, whole })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Answers 201 with a photo when the body has come. */
export const accept: Script = async ({ response, whole }) => {
  await whole
  sendJson(response, { status: 201, body: samplePhoto })
}

/** Answers with a problem document, at once. */
export function refuse(code: ErrorCode, headers: Record<string, string> = {}): Script {
  return ({ response }) => {
    const body = toProblem(new TintypeError(code, `Refused: ${code}`, { facts: { limit: 10 } }), 'request-1')
    sendJson(response, {
      status: body.status,
      body,
      headers: { 'content-type': 'application/problem+json', ...headers },
    })
  }
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  { status, body, headers }: { status: number; body: unknown; headers?: Record<string, string> },
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

const id = '01980000-0000-7000-8000-000000000001' as Photo['id']

/** A photo of 2000 × 1500 pixels. */
export const samplePhoto: Photo = {
  id,
  url: `/media/${id}.jpg`,
  thumbnail: { url: `/media/${id}/thumb.webp`, width: 300, height: 225 },
  filename: 'cat.jpg',
  byteSize: 1234,
  sha256: '0'.repeat(64),
  format: 'jpeg',
  mimeType: 'image/jpeg',
  width: 2000,
  height: 1500,
  placeholder: '',
  title: null,
  alt: null,
  tags: [],
  createdAt: '2026-01-02T03:04:05.000Z',
  takenAt: null,
  owner: null,
  visibility: 'public',
  metadata: null,
}

/** The sample photo as a client of a server at this URL returns it. */
export function photoAt({ url }: { readonly url: string }): Photo {
  const { thumbnail } = samplePhoto
  return {
    ...samplePhoto,
    url: url + samplePhoto.url,
    thumbnail: { ...thumbnail, url: url + thumbnail.url },
  }
}
