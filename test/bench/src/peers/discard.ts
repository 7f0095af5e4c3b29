/* The generator's ceiling: counts the bytes of a request and answers as many as its path says, without looking at any. */
import { type AddressInfo, createServer } from 'node:net'
import { printAddress } from './listen-and-print.ts'

const nothing = Buffer.alloc(0)
const answers = new Map<number, Buffer>()

function answerOf(byteSize: number): Buffer {
  const known = answers.get(byteSize)
  if (known) return known
  const made = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${byteSize}\r\n\r\n${'x'.repeat(byteSize)}`)
  answers.set(byteSize, made)
  return made
}

const server = createServer({ noDelay: true }, (socket) => {
  let left = 0
  let answer = answerOf(2)
  let last: Buffer = nothing
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => {
    if (left === 0 && chunk.equals(last)) return void socket.write(answer)
    if (left === 0) {
      const end = chunk.indexOf('\r\n\r\n')
      const head = chunk.toString('latin1', 0, end)
      answer = answerOf(Number(/^\w+ \/(\d+) /.exec(head)?.[1] ?? 2))
      left = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0) - (chunk.length - end - 4)
      last = left === 0 ? chunk : nothing
    } else left -= chunk.length
    if (left === 0) socket.write(answer)
  })
})
server.listen(0, '127.0.0.1', () => printAddress((server.address() as AddressInfo).port))
