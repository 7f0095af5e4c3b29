/* @tus/server with its file store; a whole upload is one POST (creation-with-upload). */
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import { directory, listenAndPrint } from './listen-and-print.ts'

const server = new Server({ path: '/files', datastore: new FileStore({ directory }) })
listenAndPrint((req, res) => void server.handle(req, res))
