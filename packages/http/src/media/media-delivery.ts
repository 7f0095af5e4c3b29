/**
 * Who sends the bytes of media.
 * - `stream`: this server.
 * - `accelerate`: nginx, from the location `prefix`, which is internal. Below it are the store's files, or everything of an S3
 *   engine. The prefix has no final slash.
 * - `redirect`: the S3 engine, at a URL that it is given signed. `origin` is that of the URLs, without a final slash.
 */
export type MediaDelivery =
  | { readonly kind: 'stream' }
  | { readonly kind: 'accelerate'; readonly prefix: string }
  | { readonly kind: 'redirect'; readonly origin: string }
