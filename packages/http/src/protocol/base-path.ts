/**
 * The part of a request's target that follows the base path, always with a slash first; `undefined` if the target is outside.
 *
 * @param target path and query, as in a request line
 * @param basePath without a final slash; `''` is the root
 */
export function removeBasePath(target: string, basePath: string): string | undefined {
  if (!target.startsWith(basePath)) return undefined
  const rest = target.slice(basePath.length)
  if (rest.startsWith('/')) return rest
  return rest === '' || rest.startsWith('?') ? `/${rest}` : undefined
}
