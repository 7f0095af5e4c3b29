import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { procedure, router } from '@tintype/api'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { serveTrpc } from '../testing/serve-trpc.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

test('S-02: a JSON body may take thirty seconds, however long an upload may take', async () => {
  const procedures = router({ change: procedure('photos:update').mutation(() => 'changed') })
  await using server = await serveTrpc({ router: procedures })
  const socket = connect(server.port, '127.0.0.1')
  const head = ['POST /trpc/change HTTP/1.1', 'Host: localhost', 'Connection: close']
  const body = ['Content-Type: application/json', 'Content-Length: 500', 'Expect: 100-continue', '', '']
  socket.write([...head, ...body].join('\r\n'))
  const [interim] = await once(socket, 'data') // the body is being read
  expect(String(interim)).toContain('100 Continue')
  vi.advanceTimersByTime(30_000)
  socket.write('{')
  vi.advanceTimersByTime(1000)
  const answer = await text(socket)
  expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  expect(answer).toContain('"code":"UPLOAD_TIMEOUT"')
  expect(answer).toContain('longer than the limit of 30 seconds')
})
