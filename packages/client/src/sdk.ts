/**
 * What a server serves as `/sdk.js`: everything that browsers use, in one file, for pages without a bundler.
 *
 * @example
 * <script type="module">
 *   import { createTintypeClient } from 'http://localhost:3000/sdk.js'
 *   const photo = await createTintypeClient().upload(input.files[0])
 * </script>
 */
import { createTintypeClient as createClient, type TintypeClient } from './create-tintype-client.ts'
import {
  createUploader as createSender,
  type Uploader,
  type UploaderOptions,
} from './upload/create-uploader.ts'

export * from './index.ts'
export * from './queue.ts'

/** The server that this file came from. */
const here = new URL('.', import.meta.url)

/** Makes a client, as that of `@tintype/client` does. The default `url` is the server that this file came from. */
export function createTintypeClient(options: UploaderOptions = {}): TintypeClient {
  return createClient({ ...options, url: options.url ?? here })
}

/** Makes a client that only uploads. The default `url` is the server that this file came from. */
export function createUploader(options: UploaderOptions = {}): Uploader {
  return createSender({ ...options, url: options.url ?? here })
}
