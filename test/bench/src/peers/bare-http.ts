import { listenAndPrint } from './listen-and-print.ts'

listenAndPrint((_req, res) => res.end('ok'))
