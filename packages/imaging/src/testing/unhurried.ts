/**
 * Options of imaging for tests whose subject is no deadline. The usual 10 s are of the clock, of which a decoder that
 * shares a busy machine, and gives way to all others there, may get a twentieth.
 */
export const unhurried = { decodeTimeoutMs: 100_000 } as const
