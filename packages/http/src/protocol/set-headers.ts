import type { ServerResponse } from 'node:http'

/** Headers by name. */
export type HeaderFields = Readonly<Record<string, string>>

/**
 * Sets headers that are all ours, on the way of every answer: what Koa's `ctx.set` does for values of any kind took
 * more time there than the headers themselves.
 */
export function setHeaders(res: ServerResponse, fields: HeaderFields): void {
  for (const [name, value] of Object.entries(fields)) res.setHeader(name, value)
}

/** Headers in the form that Node sends without looking at each: name, value, name, value, … */
export function toRawHeaders(fields: HeaderFields): string[] {
  return Object.entries(fields).flat()
}
