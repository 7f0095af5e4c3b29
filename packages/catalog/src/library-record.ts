/**
 * What may be done with a catalog. `live`: everything. `fenced`: a move is at its end, and writes are refused for a moment.
 * `moved`: the library is elsewhere, and writes are refused. `arriving`: a move into this catalog has not ended.
 */
export type LibraryState = 'live' | 'fenced' | 'moved' | 'arriving'

/** Which library a catalog belongs to. */
export interface LibraryRecord {
  /** 32 hex digits, made with the catalog. A library that is moved takes its id along. */
  readonly id: string
  /** The store that has the photos, as its claim names it; `null` before the first start. */
  readonly storeId: string | null
  readonly state: LibraryState
  /** The other end of a move, for people: where `moved` leads, or where an `arriving` library comes from. */
  readonly peer: string | null
}
