/** A destination of text, such as a stream. */
interface TextOutput {
  write(text: string, onDrained: () => void): unknown
}

/**
 * Writes, and waits for a slow reader. Resolves when the reader has accepted everything written so far, when there is no
 * reader any more, or when the signal is aborted. Never rejects.
 */
export async function writeAndDrain(output: TextOutput, text: string, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const end = () => resolve()
  signal?.addEventListener('abort', end)
  output.write(text, end)
  if (signal?.aborted) end()
  await promise
  signal?.removeEventListener('abort', end)
}
