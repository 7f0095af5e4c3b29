import { isTintypeError, TintypeError } from '@tintype/contract'
import { formLimits } from './form-limits.ts'

/** Refuses a form without a file. @param parts each part's name, and in brackets why it is not the file if that is not clear */
export function fileRequired(parts: readonly (readonly [name: string, why?: string])[]): TintypeError {
  const labels = new Map(parts.map(([name, why]) => [name, why ? `${name} (${why})` : name]))
  const first = [...labels].slice(0, formLimits.parts)
  const all = first.length > 0 ? first.map(([, label]) => label).join(', ') : 'none'
  const detail = `Expected a part named "file" with a filename. Received parts: ${all}`
  return new TintypeError('FILE_REQUIRED', detail, { facts: { received: first.map(([name]) => name) } })
}

/** Refuses a form with a second file. @param names of the parts that are files */
export function tooManyFiles(names: readonly string[]): TintypeError {
  const sent = names.map((name) => JSON.stringify(name)).join(', ')
  const detail = `Expected one part with a filename and bytes, and texts without a filename. Received files: ${sent}`
  return new TintypeError('TOO_MANY_FILES', detail)
}

/**
 * Why a file in an encoding of mail, or compressed, was refused. One that only says so is read as it is.
 *
 * @param encoding that its part names, for example `base64`
 * @returns the error with the encoding in its detail, or any other error as it is
 */
export function explainEncoded(error: unknown, encoding: string): unknown {
  if (!isTintypeError(error) || error.code !== 'NOT_AN_IMAGE') return error
  const detail = `${error.message}. The part says that it is in ${encoding}, which is not decoded. Send the bytes of the file`
  return new TintypeError(error.code, detail, { facts: error.facts, cause: error })
}

/** Refuses a form that cannot be read. @param why what was found, and what was expected */
export function malformed(why: string, cause?: unknown): TintypeError {
  return new TintypeError('INVALID_MULTIPART', `The form cannot be read: ${why}`, { cause })
}

/** Refuses a form because of its shape. @param what for example `fields` */
export function tooMuch(what: string, limit: number): TintypeError {
  return new TintypeError('PAYLOAD_TOO_LARGE', `The form has more than the limit of ${limit} ${what}`, {
    facts: { limit },
  })
}
