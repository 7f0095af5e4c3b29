import { type HeaderFields, setHeaders } from '../protocol/set-headers.ts'
import type { Handler } from '../state.ts'

/**
 * Of every answer that says nothing else: data for programs, which no page may frame, run or guess the type of.
 * Cross-origin reads by allowed pages go through CORS, which `Cross-Origin-Resource-Policy` does not touch.
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
 * Of uploaded bytes and what is made from them (threat B235): even if a file were taken for a document, it
 * could run nothing and would have an origin of its own.
 *
 * The resource policy is `cross-origin` because photos are there to be shown on pages of other origins, also
 * on those that demand such a header (`Cross-Origin-Embedder-Policy`), and because anyone who has the URL may
 * read them anyway.
 */
export const mediaSecurityHeaders: HeaderFields = {
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'X-Content-Type-Options': 'nosniff',
}

/**
 * Of the gallery page and its scripts (threat B236): nothing inline, nothing from elsewhere, in nobody's frame.
 *
 * @param publicUrl origin that the photos' URLs begin with, where it may differ from the page's own
 */
export function pageSecurityHeaders(publicUrl?: string): HeaderFields {
  const media = publicUrl === undefined ? "'self'" : `'self' ${publicUrl}`
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

/** Sets the headers above before anything answers, so that errors have them too; routes replace what differs. */
export function securityHeaders(): Handler {
  return (ctx, next) => {
    setHeaders(ctx.res, dataSecurityHeaders)
    return next()
  }
}
