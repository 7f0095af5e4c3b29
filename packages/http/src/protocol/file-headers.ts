import { realpathSync, type Stats } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { resolve, sep } from 'node:path'
import { TintypeError } from '@tintype/contract'
import { evaluateRequest } from './conditional.ts'
import { isContentHashed } from './is-content-hashed.ts'
import { type HeaderFields, setHeaders } from './set-headers.ts'

/** Files that are variants of others, and have no URL of their own. */
const variant = /\.(?:br|gz|zst)$/i

/**
 * The `setHeaders` of koa-static: validators, caching and security headers of the file that it found. It fails before it
 * sets the first header, so that no error is cached for a year (threat B241).
 *
 * @param directory that koa-static serves
 * @param headers of every file
 * @throws ROUTE_NOT_FOUND for a file that must not be served, PRECONDITION_FAILED
 */
export function createFileHeaders(directory: string, headers: HeaderFields) {
  return (res: ServerResponse, file: string, stats: Stats): void => {
    const coding = res.getHeader('Content-Encoding')
    const named = coding === undefined ? file : file.replace(variant, '')
    if (!stats.isFile() || variant.test(named)) throw fileNotFound()
    if (!areInside(directory, new Set([file, named]))) throw fileNotFound()
    // Packed releases give every file the same old mtime, and an index.html whose hashes changed has its old size: only
    // ctime, which no archive can set, then differs between the versions.
    const times = [stats.mtimeMs, stats.ctimeMs].map((ms) => Math.floor(ms).toString(36))
    const etag = `"${[stats.size.toString(36), ...times, coding ?? 'identity'].join('-')}"`
    const lastModifiedMs = Math.max(stats.mtimeMs, stats.ctimeMs)
    const { method = '', headers: sent } = res.req
    const request = { method, headers: sent, etag, byteSize: stats.size, lastModifiedMs }
    if (evaluateRequest(request).status === 412)
      throw new TintypeError('PRECONDITION_FAILED', 'The file has another version')
    const isImmutable = isContentHashed(named.slice(resolve(directory).length))
    setHeaders(res, {
      ...headers,
      ETag: etag,
      'Last-Modified': new Date(lastModifiedMs).toUTCString(),
      'Cache-Control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    })
  }
}

/** The refusal of a path that is no file to be served. */
export function fileNotFound(): TintypeError {
  return new TintypeError('ROUTE_NOT_FOUND', 'No file is served under this path')
}

/** Whether files exist and no symbolic link leads to them from outside (threats B173, B176). */
function areInside(directory: string, files: Iterable<string>): boolean {
  try {
    const root = realpathSync.native(directory)
    // With the separator: a sibling whose name begins with ours is not inside.
    const start = root.endsWith(sep) ? root : root + sep
    return Array.from(files, (file) => realpathSync.native(file)).every((file) => file.startsWith(start))
  } catch {
    return false
  }
}
