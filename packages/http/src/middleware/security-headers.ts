import { type HeaderFields, setHeaders } from '../protocol/set-headers.ts'
import type { Handler } from '../state.ts'

/**
 * For every answer that sets no others: data for programs. No page may frame it, run it or guess its type. Pages of allowed
 * origins read through CORS, which `Cross-Origin-Resource-Policy` does not restrict.
 */
export const dataSecurityHeaders: HeaderFields = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

/**
 * For uploaded bytes and renditions (threat B235): even if a browser treats a file as a document, it runs nothing and has an
 * opaque origin. Only styles apply, because browsers centre an image in a tab of its own by an inline style.
 *
 * The resource policy is `cross-origin`, because pages of other origins show photos, and some require such a header
 * (`Cross-Origin-Embedder-Policy`). Anyone with the URL may read them anyway.
 */
export const mediaSecurityHeaders: HeaderFields = {
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'X-Content-Type-Options': 'nosniff',
}

/**
 * For the gallery page and its scripts (threat B236): nothing inline, nothing from other origins, in no frame.
 *
 * @param mediaOrigins that photos come from, besides the page's own: of their URLs, and of what these redirect to
 */
export function pageSecurityHeaders(mediaOrigins: readonly string[] = []): HeaderFields {
  const media = ["'self'", ...mediaOrigins].join(' ')
  const policy = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'font-src': "'self'",
    'worker-src': "'self'",
    'manifest-src': "'self'",
    // Previews of files that are still being uploaded are blob: URLs, placeholders are data: URLs.
    'img-src': `${media} blob: data:`,
    'connect-src': media,
    'form-action': "'self'",
    'object-src': "'none'",
    'base-uri': "'none'",
    'frame-ancestors': "'none'",
  }
  return {
    ...dataSecurityHeaders,
    'Content-Security-Policy': Object.entries(policy)
      .map((directive) => directive.join(' '))
      .join('; '),
    // Under no-referrer a form on the page would send `Origin: null`, which may not write (threat B231).
    'Referrer-Policy': 'same-origin',
  }
}

/** Sets `dataSecurityHeaders` before any route runs, so that errors have them too. Routes replace what differs. */
export function securityHeaders(): Handler {
  return (ctx, next) => {
    setHeaders(ctx.res, dataSecurityHeaders)
    return next()
  }
}
