import type { Right } from './rights.ts'

/** The server, as its callers see it. */
export interface SystemAbout {
  /** Such as `1.2.3`. */
  readonly version: string
  /** `open` if no credential is needed. */
  readonly access: 'open' | 'closed'
  /**
   * How many photos the caller can list: all of them, or those of its owner. An estimate beyond 100 000 in PostgreSQL. `null` if
   * it may list none.
   */
  readonly photos: number | null
  /** What the caller may do: on an open server everything. A page need not offer the rest. */
  readonly rights: readonly Right[]
}
