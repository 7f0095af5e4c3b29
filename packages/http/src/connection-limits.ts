/** How long a connection may do nothing useful, and how many of them there may be. */
export interface ConnectionLimits {
  /** Milliseconds from the first byte a client may send to the end of its headers (threats B066, B069). */
  readonly headersTimeoutMs: number
  /** How often that is looked at. */
  readonly checkMs: number
  /** Milliseconds between an answer and the next request; longer than load balancers keep theirs. */
  readonly keepAliveTimeoutMs: number
  /**
   * Milliseconds in which nothing moves, after which a connection is cut: a client that does not read its answer, or
   * so little of it that the kernel's buffers make no room (threat B266).
   */
  readonly stalledTimeoutMs: number
  /**
   * Connections at once; one more is closed unheard, and those that are there go on. Idle ones cost some 10 KiB each,
   * so that this many stay within what the promised memory allows, and far below the descriptors of a usual system.
   */
  readonly maxConnections: number
}

/** What holds unless a test says otherwise. */
export const connectionLimits: ConnectionLimits = {
  headersTimeoutMs: 10_000,
  checkMs: 1000,
  keepAliveTimeoutMs: 65_000,
  stalledTimeoutMs: 120_000,
  maxConnections: 8192,
}
