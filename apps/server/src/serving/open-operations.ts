import { createOperationsApp, type ListenOptions, listen } from '@tintype/http'
import type { Services } from '../compose.ts'
import type { Config } from '../config/config.ts'

/** The listener for metrics and readiness. Disposing it cuts its connections. */
export interface Operations extends AsyncDisposable {
  /** Its URL, with the port that it really listens on and the base path. */
  readonly url: string
}

/**
 * Listens on the port that metrics and readiness have for themselves; `undefined` if they have none. Its connections are not
 * counted with the others, so that it answers a monitor while clients have all that there may be.
 *
 * @throws the native error if it cannot listen on the port
 */
export async function openOperations(
  { http }: Pick<Services, 'http'>,
  { host, operationsPort, basePath }: Config['http'],
  shared: Pick<ListenOptions, 'onRefused' | 'onCut'>,
): Promise<Operations | undefined> {
  if (typeof operationsPort !== 'number') return undefined
  const { clientOf, addressOf } = http.access
  const options = { host, port: operationsPort, basePath, clientOf, addressOf, ...shared }
  const { url, close, destroy } = await listen(createOperationsApp(http).callback(), options)
  return {
    url,
    async [Symbol.asyncDispose]() {
      const closed = close()
      destroy()
      await closed
    },
  }
}
