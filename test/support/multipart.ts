import { randomBytes } from 'node:crypto'

/** One part of a form. */
export interface Part {
  readonly name?: string
  /** Makes it a file. Written as it is, between quotes. */
  readonly filename?: string
  /** `Content-Type` of the part. */
  readonly type?: string
  /** Header lines to use instead of those made from the above. */
  readonly headers?: readonly string[]
  readonly body: string | Uint8Array
}

/** A form on its way: the request's content type and its body. */
export interface Form {
  readonly contentType: string
  readonly body: Buffer
  readonly boundary: string
}

/** Writes a form byte for byte as given, including forms that no browser would send. */
export function writeForm(
  parts: readonly Part[],
  options: { readonly boundary?: string; readonly end?: string } = {},
): Form {
  const boundary = options.boundary ?? `----tintype${randomBytes(8).toString('hex')}`
  const chunks = parts.flatMap((part) => [
    `--${boundary}\r\n`,
    [...headersOf(part), '', ''].join('\r\n'),
    part.body,
    '\r\n',
  ])
  const body = Buffer.concat([...chunks, options.end ?? `--${boundary}--\r\n`].map((one) => Buffer.from(one)))
  return { contentType: `multipart/form-data; boundary=${boundary}`, body, boundary }
}

/** The part that carries the image. */
export function filePart(body: string | Uint8Array, filename = 'photo.jpg', type = 'image/jpeg'): Part {
  return { name: 'file', filename, type, body }
}

/** A text field. */
export function fieldPart(name: string, body: string | Uint8Array): Part {
  return { name, body }
}

function headersOf({ name, filename, type, headers }: Part): readonly string[] {
  if (headers) return headers
  const named = name === undefined ? '' : `; name="${name}"`
  const filed = filename === undefined ? '' : `; filename="${filename}"`
  return [
    `Content-Disposition: form-data${named}${filed}`,
    ...(type === undefined ? [] : [`Content-Type: ${type}`]),
  ]
}
