import type { HttpOptions } from '@tintype/http'
import type { Config } from './config/config.ts'

/** The paths and the origin of a server, as it has them and as clients have them. */
export interface PublicAddress extends Pick<HttpOptions, 'basePath' | 'publicPath' | 'publicOrigin'> {
  /** What each URL in answers starts with: the public origin, if there is one, and the public path. */
  readonly baseUrl: string
}

/** The address that clients have: that of the public URL, if it has a path of its own, else the base path below its origin. */
export function publicAddressOf({
  publicUrl,
  basePath,
}: Pick<Config['http'], 'publicUrl' | 'basePath'>): PublicAddress {
  if (publicUrl === undefined) return { basePath, publicPath: basePath, baseUrl: basePath }
  const { origin: publicOrigin } = new URL(publicUrl)
  const publicPath = publicUrl.slice(publicOrigin.length) || basePath
  return { basePath, publicPath, publicOrigin, baseUrl: publicOrigin + publicPath }
}
