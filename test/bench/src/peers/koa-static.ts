import Koa from 'koa'
import serve from 'koa-static'
import { directory, listenAndPrint } from './listen-and-print.ts'

listenAndPrint(new Koa().use(serve(directory)).callback())
