import { listenAndTell } from './listen-and-tell.ts'

listenAndTell((_req, res) => res.end('ok'))
