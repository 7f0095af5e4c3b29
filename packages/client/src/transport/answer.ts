/** The answer to a request, sent by `fetch` or by XMLHttpRequest. */
export interface Answer {
  readonly status: number
  /** The value of a header as it came; `null` if there is none, or if the browser keeps it from pages of other origins. */
  readonly header: (name: string) => string | null
  /** Where the answer came from, after redirects. */
  readonly url: string
  readonly redirected: boolean
  readonly text: string
  /** Of an upload, bytes of the file that was sent; `undefined` for a stream. */
  readonly received?: number | undefined
}

/** Seconds, at least 1; `undefined` for now. A Tintype server sends no date. */
export function readRetryAfter({ header }: Answer): number | undefined {
  return Number(header('retry-after')) || undefined
}
