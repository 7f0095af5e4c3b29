import Koa from 'koa'
import serve from 'koa-static'
import { directory, listenAndTell } from './listen-and-tell.ts'

listenAndTell(new Koa().use(serve(directory)).callback())
