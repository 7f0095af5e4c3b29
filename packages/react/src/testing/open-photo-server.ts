import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTintypeClient, type Photo, type PhotoChange, type PhotoListInput } from '@tintype/client'
import { makePhoto } from './make-photo.ts'

/** A call that the server received. */
export interface SeenCall {
  readonly path: string
  readonly input: Readonly<Record<string, unknown>>
}

type Procedure = (input: Readonly<Record<string, unknown>>) => unknown

/** A real HTTP server on loopback that answers as Tintype does, over an array of photos, newest first. */
export async function openPhotoServer(photos: Photo[]) {
  const calls: SeenCall[] = []
  /** While it is set, every request waits for it. */
  const gate: { held?: Promise<void> } = {}
  /** The next answer to a call of `path` waits for `end`. */
  const kept: { path?: string; end?: Promise<void> } = {}
  /** While it is set, every call fails with this code. */
  const fault: { code?: string } = {}
  const find = (id: unknown) => photos.findIndex((photo) => photo.id === id)

  const procedures: Record<string, Procedure> = {
    'photos.list'({ limit = 20, cursor, tag, search = '', sort, direction, around }: PhotoListInput) {
      const all = photos.filter(
        (photo) => (tag === undefined || photo.tags.includes(tag)) && photo.filename.includes(search),
      )
      if (sort === 'taken')
        all.sort((a, b) => (b.takenAt ?? b.createdAt).localeCompare(a.takenAt ?? a.createdAt))
      const at = around === undefined ? Number(cursor ?? 0) : find(around)
      if (at < 0) return undefined
      const [start, end] = direction === 'backward' ? [Math.max(0, at - limit), at] : [at, at + limit]
      return {
        photos: all.slice(start, end),
        nextCursor: end < all.length ? String(end) : null,
        previousCursor: start > 0 ? String(start) : null,
      }
    },
    'system.limits': () => ({ formats: ['png'], mimeTypes: ['image/png'], maxUploadByteSize: 1_000_000 }),
    'photos.get': ({ id }) => photos[find(id)],
    'photos.update'({ id, ...patch }) {
      const changed = { ...photos[find(id)], ...patch } as Photo
      photos[find(id)] = changed
      return changed
    },
    'photos.deleteMany': ({ ids }) =>
      (ids as string[]).map((id) => {
        const at = find(id)
        if (at < 0) return { id, status: 'failed', error: problem('PHOTO_NOT_FOUND').error.data }
        if (photos[at]?.tags.includes('kept'))
          return { id, status: 'failed', error: problem('FORBIDDEN').error.data }
        photos.splice(at, 1)
        return { id, status: 'deleted' }
      }),
  }

  function upload(url: URL, { headers }: IncomingMessage, response: ServerResponse): void {
    const title = url.searchParams.get('title')
    const filename = /filename\*=UTF-8''(\S+)/.exec(String(headers['content-disposition']))?.[1] ?? ''
    calls.push({ path: 'upload', input: { title, filename } })
    const photo = makePhoto(calls.length + 100, { title, filename })
    photos.unshift(photo)
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(photo))
  }

  const streams = new Set<ServerResponse>()
  let lastEvent = 0
  function send(change: PhotoChange, streamed: Iterable<ServerResponse> = streams): void {
    lastEvent++
    for (const one of streamed) one.write(`data: ${JSON.stringify(change)}\nid: ${lastEvent}\n\n`)
  }
  function stream(url: URL, response: ServerResponse): void {
    calls.push({ path: 'photos.onChange', input: JSON.parse(url.searchParams.get('input') ?? '{}') })
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    streams.add(response)
    response.on('close', () => streams.delete(response))
    send({ type: 'ready' }, [response])
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://server')
    const body = await readText(request)
    response.setHeader('access-control-allow-origin', '*').setHeader('access-control-allow-headers', '*')
    if (request.method === 'OPTIONS') return void response.end()
    await gate.held
    if (url.pathname === '/trpc/photos.onChange') return stream(url, response)
    if (url.pathname === '/photos') return upload(url, request, response)
    const json = JSON.parse(body || (url.searchParams.get('input') ?? '{}'))
    const isBatch = url.searchParams.has('batch')
    const inputs = isBatch ? json : [json]
    const paths = url.pathname.replace('/trpc/', '').split(',')
    const answers = paths.map((path, at) => {
      const input = inputs[at] ?? {}
      calls.push({ path, input })
      const data = fault.code ? undefined : procedures[path]?.(input)
      return data === undefined ? problem(fault.code ?? 'PHOTO_NOT_FOUND') : { result: { data } }
    })
    if (kept.path && paths.includes(kept.path)) {
      delete kept.path
      await kept.end
    }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(isBatch ? answers : answers[0]))
  }

  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    calls,
    /** How often a procedure was called. */
    count: (path: string) => calls.filter((call) => call.path === path).length,
    fault,
    /** Sends a change to every stream. */
    send: (change: PhotoChange) => send(change),
    /** How many streams are open. */
    streamCount: () => streams.size,
    /** Ends every stream. */
    endStreams() {
      for (const one of streams) one.end()
    },
    /** Lets no request through until the returned function is called. */
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate.held = promise
      return () => {
        delete gate.held
        resolve()
      }
    },
    /** Keeps the next answer of a procedure, once it is made, until the returned function is called. */
    keepAnswer(path: string) {
      const { promise, resolve } = Promise.withResolvers<void>()
      Object.assign(kept, { path, end: promise })
      return resolve
    },
    client: createTintypeClient({ url, retry: { attempts: 1, waitMs: () => 1 } }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function problem(code: string) {
  const data = { code, status: 404, title: code, detail: `Refused: ${code}`, requestId: 'request-1' }
  return { error: { message: data.detail, code: -32004, data } }
}
