import type { Writable } from 'node:stream'
import { type Disposition, readDisposition } from './read-disposition.ts'

/** Headers of a part: each name in lower case, its values with a character for each byte. */
type Headers = Record<string, string[] | undefined>

/** Private members of busboy's parser. `read-form.test.ts` fails if a version of busboy lacks them. */
interface PrivateParser {
  /** Calls back with the headers of each part. */
  _hparser: { cb: (headers: Headers) => void } | null
}

/** What the headers of a part say, read here. */
export interface PartHeaders extends Disposition {
  /** Its disposition, a character for each byte. */
  readonly disposition: string
  /** Media type without parameters; empty if none is named. */
  readonly type: string
  /** Of its text; `undefined` if it is not named. */
  readonly charset?: string | undefined
  /** Of its transfer or its content, for example `base64` or `gzip`; empty if none is named. */
  readonly encoding: string
}

/** The headers of the parts of a form, by the names that busboy reports in place of the parts' own. */
export interface PartList {
  of(reportedName: string | undefined): PartHeaders | undefined
}

/**
 * Reads the headers of a form's parts in place of busboy, which skips a part or loses a text if a header is not exactly as
 * it expects. busboy finds the headers, and gets in their place a disposition with a number for a name, whether the part
 * is a file, and a charset in which each byte is a character.
 *
 * @param onUnread called with each disposition that is not `form-data` with one name. busboy reports nothing of its part
 */
export function readPartHeaders(parser: Writable, onUnread: (disposition: string) => void): PartList {
  const parts: PartHeaders[] = []
  const inner = parser as unknown as PrivateParser
  let headerParser = inner._hparser
  Object.defineProperty(inner, '_hparser', {
    get: () => headerParser,
    set(value: PrivateParser['_hparser']) {
      headerParser = value
      if (value === null || Object.hasOwn(value, 'isWrapped')) return
      const report = value.cb
      Object.assign(value, {
        isWrapped: true,
        cb(headers: Headers) {
          const rewritten = rewrite(headers, parts)
          const [unread] = rewritten === undefined ? (headers['content-disposition'] ?? []) : []
          report(rewritten ?? {})
          if (unread !== undefined) onUnread(unread)
        },
      })
    },
  })
  return { of: (name) => parts[Number(name)] }
}

function rewrite(headers: Headers, parts: PartHeaders[]): Headers | undefined {
  const [sent = '', ...others] = headers['content-disposition'] ?? []
  const disposition = readDisposition(sent)
  if (!disposition || others.some((other) => other !== sent)) return undefined
  const contentType = headers['content-type']?.[0] ?? ''
  const part: PartHeaders = {
    ...disposition,
    disposition: sent,
    type: /^[^;\s]*/.exec(contentType)?.[0].toLowerCase() ?? '',
    charset: /;\s*charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(contentType)?.[1],
    encoding: firstToken(headers['content-encoding']) || firstToken(headers['content-transfer-encoding']),
  }
  const asFile = part.filename === undefined ? '' : '; filename="file"'
  const type = asFile ? [part.type || 'application/octet-stream'] : ['text/plain; charset=latin1']
  parts.push(part)
  return {
    'content-disposition': [`form-data; name="${parts.length - 1}"${asFile}`],
    'content-type': type,
  }
}

const firstToken = (values: readonly string[] | undefined) =>
  /[\w-]+/.exec(values?.[0] ?? '')?.[0].toLowerCase() ?? ''
