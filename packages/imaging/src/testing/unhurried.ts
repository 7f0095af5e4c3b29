/**
 * Options of imaging for tests that test neither the deadline nor the wait for a decoder. Both are wall-clock time, and a
 * decoder has a low priority: on a busy machine it may get a twentieth of that.
 */
export const unhurried = { decodeCpuMs: 100_000, decodeTimeoutMs: 100_000, maxWaitMs: 100_000 } as const
