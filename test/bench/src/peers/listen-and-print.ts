import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The directory that a peer saves to or serves from: its first argument. */
export const directory = process.argv[2] ?? ''

/** Listens on a free loopback port and prints the address, which is what the benchmark waits for. */
export function listenAndPrint(handler: RequestListener): void {
  const server = createServer(handler)
  server.listen(0, '127.0.0.1', () => printAddress((server.address() as AddressInfo).port))
}

/** Prints the address. */
export function printAddress(port: number): void {
  process.stdout.write(`listening on http://127.0.0.1:${port}\n`)
}
