/** Path that the tested servers are below; `npm run test:base-path` sets it. */
export const basePath = process.env.TINTYPE_TEST_BASE_PATH ?? ''

/**
 * A request's target on the server at `url`: path and query below the server's base path. URLs that the server has written
 * start with that path already, and are returned as they are, like a target that has no path.
 *
 * @param target may have an origin before the path, as requests to a proxy do
 */
export function targetAt(url: string, target: string): string {
  return putBelow(new URL(url).pathname.replace(/\/$/, ''), target)
}

/** `targetAt` as a URL. */
export function urlAt(url: string, target: string): string {
  return new URL(url).origin + targetAt(url, target)
}

/** As `targetAt`, for a server that was started without a base path of its own. */
export function targetBelow(target: string): string {
  return putBelow(basePath, target)
}

function putBelow(base: string, target: string): string {
  const [, origin = '', path = ''] = /^(https?:\/\/[^/?#]*)?(.*)$/is.exec(target) ?? []
  return !path.startsWith('/') || path.startsWith(`${base}/`) ? target : `${origin}${base}${path}`
}
