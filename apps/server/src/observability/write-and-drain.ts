/** What text can be written to, such as a stream. */
interface Taker {
  write(text: string, taken: () => void): unknown
}

/**
 * Writes, and waits for a reader that is slow. Resolves when all that was written so far has been taken, when nobody is
 * left to take it, or when the signal is aborted. Never rejects.
 */
export async function writeOut(output: Taker, text: string, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const go = () => resolve()
  signal?.addEventListener('abort', go)
  output.write(text, go)
  if (signal?.aborted) go()
  await promise
  signal?.removeEventListener('abort', go)
}
