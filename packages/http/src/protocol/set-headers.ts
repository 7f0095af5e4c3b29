import type { ServerResponse } from 'node:http'

/** Headers by name. */
export type HeaderFields = Readonly<Record<string, string>>

/**
 * Sets headers that Tintype chose itself. Koa's `ctx.set` checks values of any type, which took more time in every answer
 * than the headers themselves.
 */
export function setHeaders(res: ServerResponse, fields: HeaderFields): void {
  for (const [name, value] of Object.entries(fields)) res.setHeader(name, value)
}

/** Headers in the form that Node sends without checking each: name, value, name, value, … */
export function toRawHeaders(fields: HeaderFields): string[] {
  const raw: string[] = []
  // `Object.entries` and `flat` make an array for each header, and took four times as long.
  for (const name of Object.keys(fields)) raw.push(name, fields[name] ?? '')
  return raw
}
