import { promisify } from 'node:util'
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib'
import type { Middleware } from 'koa'
import type { KoaState } from '../state.ts'

/** A shorter text fits into one packet anyway. */
const minLength = 1024
/** A longer text is compressed on another thread, so that other requests need not wait for it. */
const maxSyncLength = 64 * 1024

/**
 * Credentials and the signatures of media URLs. A text with one of them also has titles and names that others have chosen, and
 * its length after compression would show how much of the secret they guessed.
 */
const secret = /[?&]s=[\w-]{43}|ttk_|ttu\./

const gzipOptions = { level: 1 }
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } } // as quick as gzip at 1, and smaller

const codings = {
  br: {
    now: (text: string) => brotliCompressSync(text, brotliOptions),
    later: (text: string) => promisify(brotliCompress)(text, brotliOptions),
  },
  gzip: {
    now: (text: string) => gzipSync(text, gzipOptions),
    later: (text: string) => promisify(gzip)(text, gzipOptions),
  },
}

/**
 * Compresses answers that are text in one piece, by Brotli or gzip, if the client accepts it: JSON, problems and metrics. Never
 * streams, so each event arrives at once; media are compressed already, and static files in advance.
 *
 * @see docs/adr/0037-texts-are-compressed.md
 */
export function compressText(): Middleware<KoaState> {
  return async (ctx, next) => {
    await next()
    const { body } = ctx
    if (typeof body !== 'string' || body.length < minLength || ctx.respond === false) return
    if (ctx.res.hasHeader('Content-Encoding') || secret.test(body)) return
    ctx.vary('Accept-Encoding')
    const coding = ctx.acceptsEncodings('br', 'gzip', 'identity')
    if (coding !== 'br' && coding !== 'gzip') return
    const { now, later } = codings[coding]
    const compressed = body.length <= maxSyncLength ? now(body) : await later(body)
    ctx.set('Content-Encoding', coding)
    ctx.body = compressed
  }
}
