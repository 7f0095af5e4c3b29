import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { isTintypeError } from '@tintype/contract'
import { readForm } from '../body/read-form.ts'

/** The turn of a caller that has no company. */
export const inTurn = (task: () => void) => task()
/** Content type of these forms. */
export const formType = 'multipart/form-data; boundary=b'
const maxByteSize = 1_000_000

/** The result of reading a form: the file as text and the details, or a code. */
export type Outcome =
  | { file: string; filename?: string; title?: string; alt?: string; tags?: string[] }
  | string

/** Reads a form that arrives in these chunks. */
export async function outcomeOf(chunks: readonly Uint8Array[], type = formType): Promise<Outcome> {
  try {
    return await read(chunks, type)
  } catch (error) {
    return isTintypeError(error) ? error.code : `a native error: ${error}`
  }
}

/** The text of the error that reading a form gives. */
export async function refusalOf(body: Uint8Array, type = formType): Promise<string> {
  const outcome = await read([body], type).catch((error: unknown) => error)
  return isTintypeError(outcome) ? outcome.message : `no refusal: ${JSON.stringify(outcome)}`
}

async function read(chunks: readonly Uint8Array[], contentType: string): Promise<Outcome> {
  const body = Readable.from(chunks, { objectMode: false })
  const { signal } = new AbortController()
  let file = ''
  const details = await readForm(body, { contentType, signal, maxByteSize, inTurn }, async (bytes) => {
    file = (await buffer(bytes)).toString('latin1')
  })
  return JSON.parse(JSON.stringify({ file, ...details })) as Outcome
}

/** A part with these header lines. */
export const part = (headers: string, body: string) => `--b\r\n${headers}\r\n\r\n${body}\r\n`
/** A text field. */
export const field = (name: string, value: string) =>
  part(`Content-Disposition: form-data; name="${name}"`, value)
/** The part `file`. */
export const file = (body = 'bytes', filename = 'a.jpg') =>
  part(
    `Content-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: image/jpeg`,
    body,
  )
/** A file input that was left blank, as browsers send it. */
export const blank = (name: string) =>
  part(
    `Content-Disposition: form-data; name="${name}"; filename=""\r\nContent-Type: application/octet-stream`,
    '',
  )
/** The end of a form. */
export const end = '--b--\r\n'
/** What `file()` alone gives. */
export const plain = { file: 'bytes', filename: 'a.jpg', tags: [] }
