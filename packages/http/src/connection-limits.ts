/** How long a connection may be slow or idle, and how many connections there may be. */
export interface ConnectionLimits {
  /** Milliseconds from the first byte a client may send to the end of its headers (threats B066, B069). */
  readonly headersTimeoutMs: number
  /** Milliseconds between two checks of that timeout. */
  readonly checkMs: number
  /**
   * Milliseconds for which a server that stops waits for the headers of requests: browsers open connections in advance, and Node
   * would wait for their first request.
   */
  readonly lastHeadersMs: number
  /** Milliseconds between an answer and the next request; longer than load balancers keep idle connections. */
  readonly keepAliveTimeoutMs: number
  /**
   * Milliseconds without any progress after which a connection is closed: its client does not read the answer, or too slowly
   * to free the kernel's buffers (threat B266).
   */
  readonly stalledTimeoutMs: number
  /**
   * Connections at once. One more is closed without an answer; the others are not affected. An idle one costs about 10 KiB,
   * so this many fit into the promised memory, and use far fewer descriptors than systems usually allow.
   */
  readonly maxConnections: number
  /** Connections of one client at once: an address, or a /64 network of IPv6. */
  readonly maxConnectionsEach: number
  /** Connections with too many requests in a pipeline, or tiny chunks, within `barMs`, after which their client gets no new connection. */
  readonly barAfter: number
  /** Milliseconds for which it gets none. */
  readonly barMs: number
}

/** The limits of a server; tests pass their own. */
export const connectionLimits: ConnectionLimits = {
  headersTimeoutMs: 10_000,
  checkMs: 1000,
  lastHeadersMs: 1000,
  keepAliveTimeoutMs: 65_000,
  stalledTimeoutMs: 120_000,
  maxConnections: 8192,
  maxConnectionsEach: 2048,
  barAfter: 3,
  barMs: 1000,
}
