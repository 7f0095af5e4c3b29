import type { HttpOptions } from '../options.ts'
import type { Handler } from '../state.ts'

/**
 * Redirects the base path without a final slash to the page, which has one: the page's relative URLs start at that slash.
 *
 * @param paths as in `HttpOptions`; `basePath` is not empty
 */
export function addFinalSlash({
  basePath,
  publicPath,
}: Pick<HttpOptions, 'basePath' | 'publicPath'>): Handler {
  return (ctx, next) => {
    if (ctx.path !== basePath || !['GET', 'HEAD'].includes(ctx.method)) return next()
    ctx.state.tintype.route = '/'
    ctx.status = 308
    ctx.set('Location', `${publicPath}/${ctx.querystring && `?${ctx.querystring}`}`)
    ctx.set('Cache-Control', 'no-cache')
    ctx.body = ''
  }
}
