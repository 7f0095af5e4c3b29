import send from 'send'
import { directory, listenAndTell } from './listen-and-tell.ts'

listenAndTell((req, res) => void send(req, req.url ?? '/', { root: directory }).pipe(res))
