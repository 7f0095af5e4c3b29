/* @tus/server with its file store; a whole upload is one POST (creation-with-upload). */
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import { directory, listenAndTell } from './listen-and-tell.ts'

const server = new Server({ path: '/files', datastore: new FileStore({ directory }) })
listenAndTell((req, res) => void server.handle(req, res))
