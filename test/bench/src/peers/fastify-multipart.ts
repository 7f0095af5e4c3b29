/* @fastify/multipart, as its README saves a file; its limit of 1 MiB is raised. */
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import multipart from '@fastify/multipart'
import { fastify } from 'fastify'
import { directory, printAddress } from './listen-and-print.ts'

const app = fastify()
await app.register(multipart, { limits: { fileSize: 8 * 1024 ** 3 } })
app.get('/', () => 'ok')
app.post('/', async (request, reply) => {
  const data = await request.file()
  if (data) await pipeline(data.file, createWriteStream(join(directory, randomUUID())))
  return reply.code(201).send({ size: data?.file.bytesRead })
})
await app.listen({ port: 0, host: '127.0.0.1' })
printAddress((app.server.address() as AddressInfo).port)
