import { TintypeError } from '@tintype/contract'

/** Which library a store belongs to. It is written once, by the first server or move that uses the store. */
export interface StoreClaim {
  /** The id that the library's catalog has. */
  readonly libraryId: string
  /** The store's own id: a library that was moved has had several stores. */
  readonly storeId: string
}

/** A claim as the bytes of a file or an object. */
export function formatClaim({ libraryId, storeId }: StoreClaim): Uint8Array {
  return Buffer.from(`${JSON.stringify({ format: 1, libraryId, storeId }, null, 2)}\n`)
}

/** @throws STORAGE_UNAVAILABLE for bytes that are no claim, and for one of a newer version */
export function parseClaim(bytes: Uint8Array): StoreClaim {
  const { libraryId, storeId } = readMembers(bytes)
  if (typeof libraryId === 'string' && typeof storeId === 'string') return { libraryId, storeId }
  throw new TintypeError(
    'STORAGE_UNAVAILABLE',
    'The file library.json of the storage is not one that this version of Tintype can read: restore it, or remove it and start again',
  )
}

function readMembers(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    return typeof value === 'object' && value !== null && 'format' in value && value.format === 1
      ? { ...value }
      : {}
  } catch {
    return {}
  }
}
