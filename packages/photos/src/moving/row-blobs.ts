import type { CatalogRows, MovedTable, Row, RowValue } from '@tintype/catalog'
import { movedTable } from '@tintype/catalog'
import {
  fileTypes,
  type PhotoFormat,
  type PhotoId,
  type RenditionFormat,
  renditionMimeTypes,
} from '@tintype/contract'
import type { BlobKey } from '@tintype/storage'
import { originalKey, renditionKey } from '../blob-keys.ts'

/** The blob that a row describes. */
export interface RowBlob {
  readonly key: BlobKey
  readonly subject: 'original' | 'rendition'
  readonly expected: { readonly byteSize: number; readonly sha256: string }
  readonly contentType: string
}

/** The blobs of rows, in their order; `undefined` for a row that has none, or whose photo does not exist any more. */
export async function findRowBlobs(
  table: MovedTable,
  rows: readonly Row[],
  catalog: CatalogRows,
): Promise<readonly (RowBlob | undefined)[]> {
  if (table.name === 'photos') return rows.map(originalOf)
  if (table.name !== 'renditions') return rows.map(() => undefined)
  const numbers = [...new Set(rows.map(({ seq = null }) => seq))]
  const photos = await catalog.readRows(
    movedTable('photos'),
    numbers.map((seq) => [seq]),
  )
  const ids = new Map<RowValue | undefined, PhotoId>(photos.map(({ seq, id }) => [seq, id as PhotoId]))
  return rows.map((row) => {
    const id = ids.get(row.seq)
    return id && renditionOf(id, row)
  })
}

// The catalog's columns hold what was parsed when they were written.

function originalOf(row: Row): RowBlob {
  const format = row.format as PhotoFormat
  return {
    key: originalKey(row.id as PhotoId, format),
    subject: 'original',
    expected: expectedOf(row),
    contentType: fileTypes[format].mimeType,
  }
}

function renditionOf(id: PhotoId, row: Row): RowBlob {
  const format = row.format as RenditionFormat
  return {
    key: renditionKey(id, String(row.name), format),
    subject: 'rendition',
    expected: expectedOf(row),
    contentType: renditionMimeTypes[format],
  }
}

function expectedOf({ byte_size, sha256 }: Row) {
  return { byteSize: Number(byte_size), sha256: String(sha256) }
}
