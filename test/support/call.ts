import type { ProblemJson } from './uploads.ts'

/** A procedure's answer: data, or a problem. */
export interface CallAnswer<Data = unknown> {
  readonly status: number
  readonly headers: Headers
  /** `undefined` if it failed. */
  readonly data: Data | undefined
  /** `error.data`; `undefined` if it did not fail. */
  readonly problem: ProblemJson | undefined
}

/** How tRPC writes one answer. */
export interface Envelope<Data = unknown> {
  readonly result?: { readonly data: Data }
  readonly error?: { readonly code: number; readonly message: string; readonly data: ProblemJson }
}

/** Calls a query by its URL alone, as documented. */
export async function query<Data = unknown>(
  url: string,
  name: string,
  input?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<CallAnswer<Data>> {
  const search = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`
  return readCall(await fetch(`${url}/trpc/${name}${search}`, { headers }))
}

/** Calls a mutation; text is sent as it is, anything else as JSON. */
export async function mutate<Data = unknown>(
  url: string,
  name: string,
  input: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<CallAnswer<Data>> {
  const body = typeof input === 'string' ? input : JSON.stringify(input)
  const all = { 'Content-Type': 'application/json', ...headers }
  return readCall(await fetch(`${url}/trpc/${name}`, { method: 'POST', headers: all, body }))
}

async function readCall<Data>(response: Response): Promise<CallAnswer<Data>> {
  const { result, error } = (await response.json()) as Envelope<Data>
  return { status: response.status, headers: response.headers, data: result?.data, problem: error?.data }
}
