/* koa-body, which uses formidable, as its README takes files; its limit of 200 MiB is raised. */
import Koa from 'koa'
import { koaBody } from 'koa-body'
import { directory, listenAndPrint } from './listen-and-print.ts'

const app = new Koa()
app.use(koaBody({ multipart: true, formidable: { uploadDir: directory, maxFileSize: 8 * 1024 ** 3 } }))
app.use((ctx) => {
  ctx.status = ctx.method === 'POST' ? 201 : 200
  ctx.body = { files: Object.keys(ctx.request.files ?? {}) }
})
listenAndPrint(app.callback())
