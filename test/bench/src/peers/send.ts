import send from 'send'
import { directory, listenAndPrint } from './listen-and-print.ts'

listenAndPrint((req, res) => void send(req, req.url ?? '/', { root: directory }).pipe(res))
