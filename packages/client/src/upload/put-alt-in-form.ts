import { iterate } from './iterate-source.ts'
import type { ByteSource, OpenInput } from './upload-input.ts'

/** Characters of an alternative text that a URL can have: escaped, each has up to nine bytes there. */
const urlLength = 300

/**
 * Makes a form of a body and its alternative text, if the text is too long for a URL. It does not read the body.
 *
 * @see RFC 7578 §4
 */
export function putAltInForm(opened: OpenInput, alt: string | undefined): OpenInput {
  // without types, that of another photo can be null
  if (alt == null || alt.length <= urlLength) return opened
  const { filename = 'photo' } = opened
  const body = opened.body as Blob | ByteSource
  const boundary = `tintype-${Math.random()}`
  const type = `multipart/form-data; boundary=${boundary}`
  const part = (fields: string) => `--${boundary}\r\ncontent-disposition: form-data; ${fields}\r\n\r\n`
  const head = `${part('name="alt"')}${alt}\r\n${part(`name="file"; filename="${escapeName(filename)}"`)}`
  const tail = `\r\n--${boundary}--\r\n`
  const form =
    body instanceof Blob
      ? new Blob([head, body, tail], { type })
      : Object.assign(surround(head, body, tail), { type })
  return { ...opened, body: form, alt: undefined }
}

/** @see WHATWG HTML §4.10.21.8 (multipart/form-data) */
function escapeName(name: string): string {
  return name.replace(/[\r\n"]/g, encodeURIComponent)
}

async function* surround(head: string, source: ByteSource, tail: string): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  yield encoder.encode(head)
  yield* { [Symbol.asyncIterator]: () => iterate(source) }
  yield encoder.encode(tail)
}
