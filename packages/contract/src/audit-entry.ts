/** An entry of the audit log: which caller changed what. It has no secrets and no file names. */
export interface AuditEntry {
  /** UUIDv7. */
  readonly id: string
  /** ISO 8601, UTC. */
  readonly at: string
  /** Finds the request in the server's log. */
  readonly requestId: string
  /** A caller's id, such as `env`, `key:{id}`, `jwt:{owner}` or `local`. */
  readonly actor: string
  /** Such as `photo.delete` or `key.revoke`. */
  readonly action: string
  /** Id of what was changed. */
  readonly target: string | null
  readonly owner: string | null
  readonly outcome: 'done' | 'refused'
  readonly details: Readonly<Record<string, string | number | boolean | null | readonly string[]>>
}

/** A page of the audit log, newest first. */
export interface AuditPage {
  readonly entries: readonly AuditEntry[]
  /** Opaque; the `cursor` of the next page. `null` on the last page. */
  readonly nextCursor: string | null
}
