import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { filePart, writeForm } from '../support/multipart.ts'
import type { PhotoJson } from '../support/uploads.ts'
import type { LedgerEntry } from './ledger.ts'

/** A complete answer; a server that dies first gives none. */
export interface WholeAnswer {
  readonly status: number
  readonly isReplay: boolean
  /** `Retry-After`, as it came. */
  readonly retryAfter: string | undefined
  readonly body: Buffer
}

/** The path that lists photos, a hundred a page. */
export interface Page {
  readonly photos: readonly PhotoJson[]
  readonly nextCursor: string | null
}

/** Sends a request over its own connection. Rejects if no complete answer comes. */
export async function exchange(
  url: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: object; body?: Uint8Array } = {},
): Promise<WholeAnswer> {
  const answer = Promise.withResolvers<WholeAnswer>()
  const outgoing = request(url, { method, headers: { ...headers, connection: 'close' } })
  outgoing.on('error', answer.reject)
  outgoing.on('response', (incoming) => {
    const isReplay = incoming.headers['idempotent-replayed'] === 'true'
    const retryAfter = incoming.headers['retry-after']
    buffer(incoming).then(
      (body) => answer.resolve({ status: incoming.statusCode ?? 0, isReplay, retryAfter, body }),
      answer.reject,
    )
  })
  outgoing.end(body)
  return answer.promise
}

/** Uploads an entry's photo as it says, and does so again in exactly the same way. */
export function sendUpload(
  url: string,
  { sample, idempotencyKey, isForm }: LedgerEntry,
): Promise<WholeAnswer> {
  const keyed = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }
  const form = isForm ? writeForm([filePart(sample.bytes())]) : undefined
  const headers = { 'content-type': form?.contentType ?? 'image/jpeg', ...keyed }
  return exchange(`${url}/photos`, { method: 'POST', headers, body: form?.body ?? sample.bytes() })
}

/** Sends a GET. */
export type Get = (url: string) => Promise<WholeAnswer>

/** All photos, newest first. */
export async function listPhotos(url: string, get: Get = exchange): Promise<PhotoJson[]> {
  const photos: PhotoJson[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Page = await query(url, 'photos.list', { limit: 100, ...(cursor && { cursor }) }, get)
    photos.push(...page.photos)
    cursor = page.nextCursor
  }
  return photos
}

/** Calls a procedure. Rejects unless it succeeds. */
export async function query<Data>(
  url: string,
  name: string,
  input: object,
  get: Get = exchange,
): Promise<Data> {
  const answer = await get(`${url}/trpc/${name}?input=${encodeURIComponent(JSON.stringify(input))}`)
  if (answer.status !== 200) throw new Error(`${name} was answered ${answer.status}: ${answer.body}`)
  const { result } = JSON.parse(answer.body.toString()) as { result: { data: Data } }
  return result.data
}

/** The photo in an answer of 201. */
export function readPhoto({ body }: WholeAnswer): PhotoJson {
  return JSON.parse(body.toString()) as PhotoJson
}
