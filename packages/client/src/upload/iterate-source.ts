import { TintypeError } from '@tintype/contract'
import type { ByteSource } from './upload-input.ts'

/** Not the iterator that a stream has on some platforms only. */
export function iterate(source: ByteSource): AsyncIterator<Uint8Array> {
  if (!('getReader' in source)) return source[Symbol.asyncIterator]()
  const reader = source.getReader()
  const end = async () => ({ done: true, value: await reader.cancel() }) as const
  return { next: () => reader.read() as Promise<IteratorResult<Uint8Array>>, return: end }
}

/**
 * The error if a source fails: not one of the network, so that it is not tried again.
 *
 * @param path of the file, if the source was opened by it
 */
export function unreadable(cause: unknown, path?: string): TintypeError {
  const facts = path === undefined ? {} : { path }
  return new TintypeError('FILE_REQUIRED', 'The file could not be read to its end', { cause, facts })
}
