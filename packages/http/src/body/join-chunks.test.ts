import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { listen } from '../listen.ts'

/** A server that answers with the number of pieces in which a body came, and its text. */
async function serve() {
  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    let pieces = 0
    req.on('data', () => {
      pieces += 1
    })
    const body = await buffer(req).catch(() => undefined)
    if (!body) return // refused
    res.end(JSON.stringify({ pieces, byteSize: body.byteLength, starts: body.subarray(0, 8).toString() }))
  }
  const refused: object[] = []
  const onRefused = (facts: object) => refused.push(facts)
  const listening = await listen(answer, { host: '127.0.0.1', port: 0, onRefused })
  const port = Number(new URL(listening.url).port)
  return {
    port,
    refused,
    async [Symbol.asyncDispose]() {
      const closed = listening.close()
      listening.destroy()
      await closed
    },
  }
}

const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n'

/** Sends a message at once, and resolves with all that the server answers. */
async function send(port: number, message: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => {})
  socket.write(message)
  return text(socket)
}

test('chunks of one byte that come at once are passed on together', async () => {
  await using server = await serve()
  const chunks = [...'abcdefgh'.repeat(100)].map((byte) => `1\r\n${byte}\r\n`).join('')
  const answer = await send(server.port, `${head}${chunks}0\r\n\r\n`)
  const { pieces, ...rest } = JSON.parse(answer.slice(answer.indexOf('{'))) as { pieces: number }
  expect(rest).toEqual({ byteSize: 800, starts: 'abcdefgh' })
  expect(pieces).toBeLessThan(10)
})

test('S-02: ten thousand chunks of one byte at once are refused, and nothing of them is parsed after that', async () => {
  await using server = await serve()
  const answer = await send(server.port, head + '1\r\nx\r\n'.repeat(100_000))
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  expect(answer).toContain('"code":"INVALID_REQUEST"')
  expect(answer).toContain('Send larger chunks')
})

test('S-02: chunks whose extensions are much longer than their bytes are refused', async () => {
  await using server = await serve()
  const chunk = `1;${'x'.repeat(10_000)}\r\nx\r\n`
  const answer = await send(server.port, head + chunk.repeat(100))
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  expect(answer).toContain('Send larger chunks')
})

test('framing is counted for each request of a connection apart', async () => {
  await using server = await serve()
  const alive = head.replace('Connection: close\r\n', '')
  const body = `${'1\r\nx\r\n'.repeat(500)}${`1;${'x'.repeat(10_000)}\r\nx\r\n`.repeat(20)}0\r\n\r\n`
  const answer = await send(server.port, alive + body + alive + body + head + body)
  expect(answer.match(/"byteSize":520/g)).toHaveLength(3)
})

test('extensions of chunks are ignored', async () => {
  await using server = await serve()
  const chunk = `4;name="value"\r\nabcd\r\n`
  const answer = await send(server.port, `${head}${chunk.repeat(100)}0\r\n\r\n`)
  expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ byteSize: 400 })
})

test.each([
  { size: 100, count: 20_000 },
  { size: 5000, count: 1000 },
  { size: 300_000, count: 20 },
])('$count chunks of $size bytes come whole and in order', async ({ size, count }) => {
  await using server = await serve()
  const sent = request({ port: server.port, host: '127.0.0.1', method: 'POST' })
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve).on('error', reject)
  })
  for (let at = 0; at < count; at += 1) sent.write(Buffer.alloc(size, String.fromCharCode(97 + (at % 8))))
  sent.end()
  expect(JSON.parse(await text(await answer))).toMatchObject({ byteSize: size * count })
})
