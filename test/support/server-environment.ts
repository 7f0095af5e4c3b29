import { basePath } from './base-path.ts'
import { engineUrls } from './engine-urls.ts'

/**
 * The environment that a server in its own process gets from ours: the paths of commands and of compiled modules, the base path
 * of the tests, and the engines that they are run with, with the credentials of a bucket.
 *
 * Koa's parseurl calls `url.parse()` for odd targets. Node warns about that once, on standard error, unless the caller is
 * below `node_modules`, where the published bundle is installed. Here it is not.
 */
export function serverEnvironment(dataDirectory = ''): Record<string, string> {
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = process.env
  const { storageUrl, databaseUrl } = engineUrls(dataDirectory)
  return {
    PATH,
    NODE_COMPILE_CACHE,
    NODE_OPTIONS: '--disable-warning=DEP0169',
    TINTYPE_BASE_PATH: basePath,
    TINTYPE_STORAGE_URL: storageUrl,
    TINTYPE_DATABASE_URL: databaseUrl,
    AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY,
  }
}
