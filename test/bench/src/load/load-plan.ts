/** A task of a load generator. Can be structured-cloned, because the generator runs in its own process. */
export interface LoadPlan {
  readonly port: number
  /** Keep-alive connections, each with one request at a time. */
  readonly connections: number
  /** Request lines and headers, used in turn; `{n}` becomes a number of its own in each request. */
  readonly heads: readonly string[]
  readonly body?: LoadBody | undefined
  /** Milliseconds of load before anything is counted. */
  readonly warmUpMs?: number | undefined
  /** Ends this many milliseconds after the warm-up … */
  readonly durationMs?: number | undefined
  /** … or after so many requests. */
  readonly requests?: number | undefined
}

/** A complete body, or a generated one of `byteSize` bytes: `prefix`, then `filling` repeatedly, then `suffix`. */
export type LoadBody =
  | Uint8Array
  | {
      readonly prefix: Uint8Array
      readonly filling: Uint8Array
      readonly fillingByteSize: number
      readonly suffix: Uint8Array
    }

/** The result of a plan. */
export interface LoadResult {
  /** Complete answers inside the measured time. */
  readonly completed: number
  /** The measured time, milliseconds. */
  readonly elapsedMs: number
  /** Answers by status, those of the warm-up and after the end included. */
  readonly statuses: Readonly<Record<string, number>>
  /** Connections that broke while an answer was awaited. */
  readonly brokenConnections: number
  /** Milliseconds from the first byte sent to the last byte received. */
  readonly latencyMs: {
    readonly p50: number
    readonly p90: number
    readonly p99: number
    readonly max: number
  }
}

/** Bytes of a body. */
export function byteSizeOf(body: LoadBody | undefined): number {
  if (body === undefined) return 0
  if (body instanceof Uint8Array) return body.length
  return body.prefix.length + body.fillingByteSize + body.suffix.length
}
