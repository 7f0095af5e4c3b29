import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeImage } from '@tintype/imaging/testing'
import { createTintype } from 'tintype'

// An application that embeds Tintype, accepts a photo and closes. It calls no `process.exit`: the process ends if no handle
// is left. Prints what happened, and the variables and signal handlers that the library changed.

const [, , dataDirectory = ''] = process.argv
const before = snapshot()
const tintype = await createTintype({ dataDirectory })
const server = createServer(tintype.listener).listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
const body = new Uint8Array(await makeImage({ width: 320, height: 200, format: 'jpeg' }))
const headers = { 'Content-Type': 'image/jpeg' }
const { status } = await fetch(`http://127.0.0.1:${port}/photos`, { method: 'POST', headers, body })
const { length } = (await tintype.as({ owner: null }).photos.list()).photos
const after = snapshot()
server.closeAllConnections()
server.close()
await tintype.close()
console.log(JSON.stringify({ status, length, isUnchanged: before === after }))

function snapshot(): string {
  return JSON.stringify([process.eventNames(), process.env, process.umask()])
}
