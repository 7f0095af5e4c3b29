/**
 * Makes the media URLs of an answer usable from anywhere: what precedes `/media/` in a root-relative one becomes the server's URL
 * as the client knows it. Absolute URLs stay. Changes the answer itself, but nothing in a photo's `metadata`.
 *
 * @param url the server's URL: absolute, root-relative or empty, without a slash at its end
 */
export function completeUrls<Value>(answer: Value, url: string): Value {
  const parts = answer as Record<string, unknown>
  if (typeof answer === 'object') {
    for (const key in parts) {
      const part = parts[key]
      if (key === 'url' && typeof part === 'string')
        parts[key] = part.replace(/^(?:\/(?!\/).*)?(?=\/media\/)/, () => url)
      else if (key !== 'metadata') completeUrls(part, url)
    }
  }
  return answer
}
