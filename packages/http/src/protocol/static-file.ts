import { realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { type ContentCoding, chooseCoding, contentCodings } from './accept-encoding.ts'

const suffixes = { br: '.br', zstd: '.zst', gzip: '.gz' } as const satisfies Record<ContentCoding, string>

/** A file as it should be sent. */
export interface StaticFile {
  /** Absolute, without symbolic links. */
  readonly file: string
  /** Path below the root, with `/` between and in front of its segments: of `file`, unescaped. */
  readonly path: string
  readonly coding: ContentCoding | 'identity'
  readonly byteSize: number
  /** Milliseconds since the epoch: when the content last changed on this disk. */
  readonly changedAtMs: number
  /** Strong; differs between the codings of a file. */
  readonly etag: string
}

/**
 * Reads a URL path into the path of a file that may be served: `undefined` for whatever does not name one in
 * the one canonical way. Both the lookup here and koa-static get its result, so there are no two opinions on
 * what `..`, `%2e`, `%2F`, `\`, `//` or a NUL mean (threat B177). Dotfiles and compressed siblings have no URL.
 */
export function parseStaticPath(urlPath: string): string | undefined {
  if (!urlPath.startsWith('/') || urlPath.length > 1024) return undefined
  let path: string
  try {
    path = decodeURIComponent(urlPath)
  } catch {
    return undefined
  }
  const segments = path.slice(1).split('/')
  // As many as before decoding, or else a slash was hidden in an escape.
  if (segments.length !== urlPath.slice(1).split('/').length) return undefined
  // Windows takes `x.` and `x ` for `x`, and a colon for a stream or a drive.
  if (segments.some((segment) => !/^[^.\\:\p{Cc}][^\\:\p{Cc}]*(?<![. ])$/u.test(segment))) return undefined
  return Object.values(suffixes).some((suffix) => path.toLowerCase().endsWith(suffix)) ? undefined : path
}

/**
 * Finds a file below `root` and the variant of it that suits the caller best. `undefined` where there is no
 * regular file, or where a symbolic link leads out of `root` (threats B173, B174, B176).
 *
 * @param path as `parseStaticPath` gives it
 */
export async function findStaticFile(
  root: string,
  options: { readonly path: string; readonly acceptEncoding: string | undefined },
): Promise<StaticFile | undefined> {
  const top = await whereThere(realpath(root))
  const original = top === undefined ? undefined : await look(top, options.path, 'identity')
  if (top === undefined || original === undefined) return undefined
  // Only those are looked for that would be sent, best first.
  let wanted = contentCodings.filter((coding) => chooseCoding(options.acceptEncoding, [coding]) === coding)
  while (wanted.length > 0) {
    const coding = chooseCoding(options.acceptEncoding, wanted)
    if (coding === 'identity') break
    const variant = await look(top, options.path + suffixes[coding], coding)
    if (variant) return variant
    wanted = wanted.filter((one) => one !== coding)
  }
  return original
}

async function look(
  top: string,
  path: string,
  coding: StaticFile['coding'],
): Promise<StaticFile | undefined> {
  const file = await whereThere(realpath(join(top, path)))
  // With the separator: a sibling whose name begins with ours is not inside (threat B176).
  if (file === undefined || !file.startsWith(top.endsWith(sep) ? top : top + sep)) return undefined
  const facts = await whereThere(stat(file))
  if (!facts?.isFile()) return undefined
  // Packed releases give every file the same old mtime, and an index.html whose hashes changed has its old
  // size: only ctime, which no archive can set, then tells the versions apart.
  const times = [facts.mtimeMs, facts.ctimeMs].map((ms) => Math.floor(ms).toString(36))
  const etag = `"${[facts.size.toString(36), ...times, coding].join('-')}"`
  const changedAtMs = Math.max(facts.mtimeMs, facts.ctimeMs)
  return { file, path, coding, byteSize: facts.size, changedAtMs, etag }
}

const meansAbsent = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EACCES', 'EPERM'])

async function whereThere<Value>(lookup: Promise<Value>): Promise<Value | undefined> {
  try {
    return await lookup
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (meansAbsent.has(code)) return undefined
    throw error
  }
}

/**
 * Whether a file's name holds a hash of its content, so that its URL can be cached for ever: Vite's
 * `name-hash.ext`, the hash being eight or more letters of base64url. Everything that a bundler writes is
 * below `assets`; elsewhere, and to be sure of it there as well, the hash has to look like one, because
 * `apple-touch-icon.png` has the same form.
 */
export function isContentHashed(path: string): boolean {
  const [, hash, extension] = /^.*-([\w-]{8,64})\.([a-z0-9]{1,11}(?:\.map)?)$/i.exec(path) ?? []
  if (hash === undefined || /^html?$/i.test(extension ?? '')) return false
  return path.startsWith('/assets/') ? /[A-Z0-9_]/.test(hash) : /[A-Z]/.test(hash) && /[a-z0-9]/.test(hash)
}
