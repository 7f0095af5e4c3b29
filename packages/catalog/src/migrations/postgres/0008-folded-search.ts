import type { PhotoRecord } from '../../photo-catalog.ts'
import { searchTextOf } from '../../search-text.ts'
import type { MigrationQuery } from './index.ts'

/**
 * The same keys as before, by one walk through the text: folded texts are longer now, and the time of `substr` at each character
 * grows with the square of the length.
 */
export const walkSearchKeys = `
CREATE OR REPLACE FUNCTION tintype.search_keys(seq bigint, owner text, folded text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY(
    SELECT to_hex(seq >> 22) || ':' || one || two || three
    FROM (
      SELECT one, lead(one) OVER in_order AS two, lead(one, 2) OVER in_order AS three
      FROM unnest(string_to_array(coalesce(chr(30) || owner, '') || folded, NULL)) WITH ORDINALITY AS letters (one, at)
      WINDOW in_order AS (ORDER BY at)
    ) AS neighbours
    WHERE three IS NOT NULL
  )
$$;
`

interface SearchRow extends Pick<PhotoRecord, 'title' | 'alt' | 'filename' | 'tags'> {
  readonly seq: number
  readonly searchText: string
}

const batchSize = 1000

const reading = `SELECT seq, title, alt, filename, tags, search_text AS "searchText" FROM tintype.photos
  WHERE seq > $1 ORDER BY seq LIMIT ${batchSize}`

// Only if the row is as it was read: an older server may change it meanwhile.
const writing = `UPDATE tintype.photos AS p SET search_text = c.folded
  FROM unnest($1::bigint[], $2::text[], $3::text[]) AS c (seq, stored, folded)
  WHERE p.seq = c.seq AND p.search_text = c.stored`

/**
 * Search texts are folded as `foldForSearch` does since this version. In JavaScript, because databases fold differently. A photo
 * that an older server writes afterwards is folded as before, until it is changed.
 */
export async function foldSearchTexts(query: MigrationQuery): Promise<void> {
  for (let last = -1; ; ) {
    const rows = await query<SearchRow>(reading, [last])
    const changed = rows
      .map((row) => ({ ...row, folded: searchTextOf(row) }))
      .filter(({ searchText, folded }) => searchText !== folded)
    if (changed.length > 0)
      await query(writing, [
        changed.map(({ seq }) => seq),
        changed.map(({ searchText }) => searchText),
        changed.map(({ folded }) => folded),
      ])
    const end = rows.at(-1)
    if (end === undefined || rows.length < batchSize) return
    last = end.seq
  }
}
