/**
 * Options of imaging for tests that do not test the deadline. The usual 10 s are wall-clock time. A decoder has a low
 * priority, and on a busy machine it may get a twentieth of that.
 */
export const unhurried = { decodeTimeoutMs: 100_000 } as const
