import type { ErrorFacts } from './errors.ts'

/** Most characters of one text of an error: what an error quotes may have any length. */
const maxTextLength = 1000

/** Most members of a list among an error's facts: as many as an input may name photos. */
const maxListLength = 100

/** A text of an error, with its end cut off if it is long. */
export function shorten(text: string, maxLength = maxTextLength): string {
  if (text.length <= maxLength) return text
  return `${text.slice(0, maxLength).toWellFormed()}… (${text.length} characters)`
}

/** The facts of an error, with long texts and lists cut off. */
export function shortenFacts(facts: ErrorFacts): ErrorFacts {
  const shortened = Object.entries(facts).map(([name, value]) => {
    if (typeof value === 'string') return [name, shorten(value)]
    if (!Array.isArray(value)) return [name, value]
    return [name, value.slice(0, maxListLength).map((text: string) => shorten(text, maxIssueLength))]
  })
  return Object.fromEntries(shortened) as ErrorFacts
}

/** Most characters of one problem with an input. */
export const maxIssueLength = 200
