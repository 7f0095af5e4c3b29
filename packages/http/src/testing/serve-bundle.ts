import mount from 'koa-mount'
import { securityHeaders } from '../middleware/security-headers.ts'
import { servePage, serveStatic } from '../routes/static.ts'
import { serveApp } from './serve-app.ts'
import { writeBundle } from './write-bundle.ts'

/** Where the bundle's script is served. */
export const hashed = '/static/assets/index-BxYz12_a.js'

/** The bundle, served by an app with the same middleware as in Tintype. */
export async function serveBundle() {
  await using stack = new AsyncDisposableStack()
  const bundle = stack.use(await writeBundle())
  const { send } = stack.use(
    await serveApp((app) => {
      app.use(securityHeaders())
      app.use(
        mount('/static', serveStatic(bundle.directory, { mediaOrigins: ['https://photos.example.com'] })),
      )
      app.use(servePage(bundle.directory))
    }),
  )
  const owned = stack.move()
  return { ...bundle, send, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
