import type { Random } from '../faults/random.ts'
import { chunkOf, requestHead } from '../support/raw-http.ts'
import { mutateBytes } from './mutate-bytes.ts'

/** What is uploaded, before it is framed. */
export interface Upload {
  readonly contentType: string
  readonly body: Buffer
}

const queries = [
  '',
  '?title=x',
  '?filename=%2e%2e%2f',
  '?title=%ff',
  '?tags=a&tags=b',
  `?title=${'x'.repeat(400)}`,
  '?title',
]
const extraHeaders: readonly Record<string, string>[] = [
  {},
  { 'Content-Disposition': 'attachment; filename="a\\"b.jpg"; filename*=UTF-8\'\'%e2%82' },
  { 'Content-Digest': 'sha-256=:AAAA:' },
  { 'Repr-Digest': `sha-256=:${'A'.repeat(43)}=:` },
  { 'Content-Encoding': 'gzip' },
  { 'Idempotency-Key': 'x'.repeat(300) },
  { Expect: '100-continue' },
  { 'Content-Type': 'image/jpeg; boundary=b' },
]

/** The request as an honest client frames it: with its length, or in chunks. */
export function frameHonestly({ contentType, body }: Upload, random: Random): Buffer {
  const target = random.below(4) === 0 ? `/photos${random.pick(queries)}` : '/photos'
  const isChunked = random.below(3) === 0
  const length = isChunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': body.length }
  const extra = random.below(4) === 0 ? random.pick(extraHeaders) : {}
  const head = requestHead(`POST ${target}`, { 'Content-Type': contentType, ...length, ...extra })
  return Buffer.concat([Buffer.from(head, 'latin1'), isChunked ? chunksOf(body, random) : body])
}

function chunksOf(body: Buffer, random: Random): Buffer {
  const chunks: Buffer[] = []
  for (let at = 0; at < body.length; ) {
    const byteSize = 1 + random.below(random.below(2) === 0 ? 4000 : 40)
    chunks.push(chunkOf(body.subarray(at, at + byteSize)))
    at += byteSize
  }
  return Buffer.concat([...chunks, chunkOf('')])
}

const lies: readonly ((
  body: Buffer,
  random: Random,
) => [headers: Record<string, string | number>, body: Buffer])[] = [
  (body, random) => [{ 'Content-Length': random.below(body.length + 1) }, body],
  (body, random) => [{ 'Content-Length': body.length + 1 + random.below(5000) }, body],
  (body, random) => [
    { 'Content-Length': random.pick(['-1', '0x10', '1e3', '', '1, 2', '9'.repeat(30)]) ?? '' },
    body,
  ],
  (body) => [{ 'Content-Length': body.length, 'content-length': body.length + 1 }, body],
  (body) => [{ 'Content-Length': body.length, 'Transfer-Encoding': 'chunked' }, chunkOf(body)],
  (body, random) => [
    { 'Transfer-Encoding': random.pick(['gzip, chunked', 'chunked, chunked', 'xchunked', 'identity']) ?? '' },
    body,
  ],
  (body) => [{ 'Transfer-Encoding': 'chunked' }, chunkOf(body)],
  (body, random) => {
    const size =
      random.pick(['-1', 'g', '', 'ffffffffffffffff', '0', `${body.length.toString(16)};a=b`, ' 5', '5 ']) ??
      ''
    return [
      { 'Transfer-Encoding': 'chunked' },
      Buffer.concat([Buffer.from(`${size}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]),
    ]
  },
  (body, random) => [{ 'Transfer-Encoding': 'chunked' }, mutateBytes(chunksOf(body, random), body, random)],
  (body, random) => [
    { 'Transfer-Encoding': 'chunked' },
    Buffer.concat([chunksOf(body, random).subarray(0, -2), Buffer.from('X: y\r\n\0: z\r\n\r\n')]),
  ],
  () => [{}, Buffer.alloc(0)],
]

/** A request whose framing lies about its body: wrong lengths, two lengths, malformed chunks. */
export function frameWithLies({ contentType, body }: Upload, random: Random): Buffer {
  const [headers = {}, sent = body] = random.pick(lies)?.(body, random) ?? []
  return Buffer.concat([
    Buffer.from(requestHead('POST /photos', { 'Content-Type': contentType, ...headers }), 'latin1'),
    sent,
  ])
}

/** A request whose head has bytes changed. */
export function mangleHead(upload: Upload, random: Random): Buffer {
  const request = frameHonestly(upload, random)
  const headEnd = request.indexOf('\r\n\r\n') + 4
  // The method stays: the answer to HEAD has a length and no body.
  const method = 'POST '.length
  const head = mutateBytes(request.subarray(method, headEnd), request.subarray(0, headEnd), random)
  return Buffer.concat([request.subarray(0, method), head, request.subarray(headEnd)])
}
