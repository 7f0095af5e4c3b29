import type { AddressInfo } from 'node:net'
import fastifyStatic from '@fastify/static'
import { fastify } from 'fastify'
import { directory, printAddress } from './listen-and-print.ts'

const app = fastify()
await app.register(fastifyStatic, { root: directory })
await app.listen({ port: 0, host: '127.0.0.1' })
printAddress((app.server.address() as AddressInfo).port)
