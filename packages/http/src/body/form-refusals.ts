import { TintypeError } from '@tintype/contract'
import { formLimits } from './form-limits.ts'

/** Refuses a form without a file. @param parts each part's name, and in brackets why it is not the file if that is not clear */
export function fileRequired(parts: readonly (readonly [name: string, why?: string])[]): TintypeError {
  const labels = new Map(parts.map(([name, why]) => [name, why ? `${name} (${why})` : name]))
  const first = [...labels].slice(0, formLimits.parts)
  const all = first.length > 0 ? first.map(([, label]) => label).join(', ') : 'none'
  const detail = `Expected a part named "file" with a filename. Received parts: ${all}`
  return new TintypeError('FILE_REQUIRED', detail, { facts: { received: first.map(([name]) => name) } })
}

/** Refuses a form with a second file. */
export function tooManyFiles(): TintypeError {
  const detail = 'The form has more than one file. Send one file with each request'
  return new TintypeError('TOO_MANY_FILES', detail)
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
